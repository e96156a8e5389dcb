package io.decisionstore.operators.encode;

import io.decisionstore.operators.avro.RowEncoder;
import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;

/** Events as Kafka records: Avro in Confluent's wire format, keyed by the customer. */
public final class Encode extends RichMapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final String plan;
  private transient RowEncoder encoder;
  private transient int customerId;

  private Encode(String plan) {
    this.plan = plan;
  }

  /** Rows of the event schema to rows of {@link KafkaRows#OUT}. */
  public static SingleOutputStreamOperator<Row> apply(DataStream<Row> events, String plan) {
    DecisionEventsPlan.read(plan);
    return events.map(new Encode(plan), KafkaRows.OUT);
  }

  @Override
  public void open(OpenContext context) {
    DecisionEventsPlan parsed = DecisionEventsPlan.read(plan);
    Schema schema = parsed.eventSchema().parsed();
    encoder = new RowEncoder(parsed.eventSchema());
    customerId = schema.getField("customer_id").pos();
  }

  @Override
  public Row map(Row event) {
    byte[] key = ((String) event.getField(customerId)).getBytes(StandardCharsets.UTF_8);
    // The time of sending: a broker refuses times far ahead, and its retention deletes old ones.
    return Row.of(key, encoder.encode(event), null);
  }
}
