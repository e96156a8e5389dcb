package io.decisionstore.operators.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/** Reads a topic's committed records from its beginning, as rows of {@link KafkaRows#IN}. */
public final class KafkaEventSource {
  private KafkaEventSource() {}

  /**
   * A source.
   *
   * @param start where a job without a checkpoint begins: {@code earliest}, {@code latest} or
   *     {@code committed} (the group's offsets, else the earliest)
   * @param properties of the consumer
   */
  public static KafkaSource<Row> create(
      String bootstrapServers, String topic, String groupId, Map<String, String> properties) {
    Properties consumer = new Properties();
    consumer.setProperty("isolation.level", "read_committed");
    consumer.putAll(properties);
    return KafkaSource.<Row>builder()
        .setBootstrapServers(bootstrapServers)
        .setTopics(topic)
        .setGroupId(groupId)
        .setProperties(consumer)
        .setStartingOffsets(new EarliestOrFail())
        .setDeserializer(new RowDeserializer())
        .build();
  }

  /**
   * A job without a checkpoint begins at the topic's start; one whose position the topic no longer
   * has fails: Kafka's own reset would pass over what was dropped without a word.
   */
  private static final class EarliestOrFail implements OffsetsInitializer {
    private static final long serialVersionUID = 1L;
    private final OffsetsInitializer earliest = OffsetsInitializer.earliest();

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
        Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
      return earliest.getPartitionOffsets(partitions, retriever);
    }

    @Override
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
      return OffsetResetStrategy.NONE;
    }
  }

  private static final class RowDeserializer implements KafkaRecordDeserializationSchema<Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Row> out) {
      out.collect(
          Row.of(
              record.key(),
              record.value(),
              record.timestamp(),
              record.topic(),
              record.partition(),
              record.offset()));
    }

    @Override
    public TypeInformation<Row> getProducedType() {
      return KafkaRows.IN;
    }
  }
}
