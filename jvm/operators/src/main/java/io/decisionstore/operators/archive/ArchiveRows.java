package io.decisionstore.operators.archive;

import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/** An event on its way into the archive or out of it: its identity, and itself in wire format. */
public final class ArchiveRows {
  /** {@code decision_id, revision, customer_id, event_time} (epoch ms), {@code value}. */
  public static final TypeInformation<Row> TYPE =
      Types.ROW_NAMED(
          new String[] {"decision_id", "revision", "customer_id", "event_time", "value"},
          Types.STRING,
          Types.INT,
          Types.STRING,
          Types.LONG,
          Types.PRIMITIVE_ARRAY(Types.BYTE));

  static final int DECISION_ID = 0;
  static final int REVISION = 1;
  static final int CUSTOMER_ID = 2;
  static final int EVENT_TIME = 3;
  static final int VALUE = 4;

  private ArchiveRows() {}

  /** The row of an event and its encoded form. */
  static Row of(GenericRecord event, byte[] value) {
    return Row.of(
        event.get("decision_id").toString(),
        event.get("revision"),
        event.get("customer_id").toString(),
        event.get("event_time"),
        value);
  }
}
