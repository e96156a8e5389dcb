package io.decisionstore.operators.kafka;

import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.types.Row;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes rows of {@link KafkaRows#OUT} to a topic. */
public final class KafkaEventSink {
  private KafkaEventSink() {}

  /**
   * A sink.
   *
   * @param guarantee {@code at-least-once} (sent at once, flushed at checkpoints) or {@code
   *     exactly-once} (visible to readers of committed records after each checkpoint)
   * @param transactionalIdPrefix of this job and sink alone; used by exactly-once
   * @param properties of the producer
   */
  public static KafkaSink<Row> create(
      String bootstrapServers,
      String topic,
      String guarantee,
      String transactionalIdPrefix,
      Map<String, String> properties) {
    Properties producer = new Properties();
    producer.putAll(properties);
    DeliveryGuarantee delivery = guarantee(guarantee);
    KafkaSinkBuilder<Row> builder =
        KafkaSink.<Row>builder()
            .setBootstrapServers(bootstrapServers)
            .setKafkaProducerConfig(producer)
            .setDeliveryGuarantee(delivery)
            .setRecordSerializer(new RowSerializer(topic));
    if (delivery == DeliveryGuarantee.EXACTLY_ONCE) {
      builder.setTransactionalIdPrefix(transactionalIdPrefix);
    }
    return builder.build();
  }

  private static DeliveryGuarantee guarantee(String name) {
    return switch (name) {
      case "at-least-once" -> DeliveryGuarantee.AT_LEAST_ONCE;
      case "exactly-once" -> DeliveryGuarantee.EXACTLY_ONCE;
      default -> throw new IllegalArgumentException("There is no delivery guarantee " + name);
    };
  }

  private record RowSerializer(String topic) implements KafkaRecordSerializationSchema<Row> {
    @Override
    public ProducerRecord<byte[], byte[]> serialize(Row row, KafkaSinkContext context, Long time) {
      Long timestamp = (Long) row.getField(KafkaRows.TIMESTAMP);
      byte[] key = (byte[]) row.getField(KafkaRows.KEY);
      return new ProducerRecord<>(
          topic, null, timestamp, key, (byte[]) row.getField(KafkaRows.VALUE));
    }
  }
}
