package io.decisionstore.operators.kafka;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/** The rows that go to Kafka and come from it. */
public final class KafkaRows {
  /**
   * To Kafka: {@code key}, {@code value}, {@code timestamp} (epoch ms, or null for the time of
   * sending).
   */
  public static final TypeInformation<Row> OUT =
      Types.ROW_NAMED(new String[] {"key", "value", "timestamp"}, bytes(), bytes(), Types.LONG);

  /** From Kafka: what goes in, and where it stands. */
  public static final TypeInformation<Row> IN =
      Types.ROW_NAMED(
          new String[] {"key", "value", "timestamp", "topic", "partition", "offset"},
          bytes(),
          bytes(),
          Types.LONG,
          Types.STRING,
          Types.INT,
          Types.LONG);

  public static final int KEY = 0;
  public static final int VALUE = 1;
  public static final int TIMESTAMP = 2;
  public static final int TOPIC = 3;
  public static final int PARTITION = 4;
  public static final int OFFSET = 5;

  private KafkaRows() {}

  private static TypeInformation<byte[]> bytes() {
    return (TypeInformation<byte[]>) Types.PRIMITIVE_ARRAY(Types.BYTE);
  }
}
