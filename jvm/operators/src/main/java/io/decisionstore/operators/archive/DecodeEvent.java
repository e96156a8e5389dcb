package io.decisionstore.operators.archive;

import io.decisionstore.operators.avro.EventDecoder;
import io.decisionstore.operators.avro.UnreadableEventException;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.plan.ArchivePlan;
import io.decisionstore.operators.registry.SchemaRegistry;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/** A Kafka record to {@link ArchiveRows}, or to a dead letter. */
final class DecodeEvent extends ProcessFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final String plan;
  private transient EventDecoder decoder;

  DecodeEvent(String plan) {
    this.plan = plan;
  }

  @Override
  public void open(OpenContext context) {
    decoder = decoder(plan);
  }

  /** Reads events of any registered version as the plan's. */
  static EventDecoder decoder(String plan) {
    ArchivePlan read = ArchivePlan.read(plan);
    return new EventDecoder(read.eventSchema(), new SchemaRegistry(read.registryUrl()));
  }

  @Override
  public void processElement(Row record, Context context, Collector<Row> out) {
    byte[] value = (byte[]) record.getField(KafkaRows.VALUE);
    try {
      out.collect(ArchiveRows.of(decoder.decode(value), value));
    } catch (UnreadableEventException unreadable) {
      context.output(
          DeadLetter.TAG, DeadLetter.ofKafka("archive", unreadable.getMessage(), record));
    }
  }
}
