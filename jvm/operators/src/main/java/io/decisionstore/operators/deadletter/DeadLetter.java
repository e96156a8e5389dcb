package io.decisionstore.operators.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.kafka.KafkaRows;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.flink.types.Row;
import org.apache.flink.util.OutputTag;

/**
 * What could not be processed, with its reason, its original and its position, as a row of {@link
 * KafkaRows#OUT}. Every record ends as an event or as one of these.
 */
public final class DeadLetter {
  /** The side output of every operator that has dead letters. */
  public static final OutputTag<Row> TAG = new OutputTag<>("dead-letters", KafkaRows.OUT);

  private static final ObjectMapper JSON = new ObjectMapper();

  private DeadLetter() {}

  /** An empty object to be filled as `original` or `position`. */
  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /**
   * A dead letter.
   *
   * @param stage which step refused it: source, validate, assemble, archive or variables
   * @param reason a sentence that names the field
   * @param key of the message: the decision, or null
   * @param eventKind INSERT, MODIFY, REMOVE, or null where there is none
   * @param original everything the record held
   * @param position where it stands in its stream or topic
   */
  public static Row of(
      String stage,
      String reason,
      String key,
      String eventKind,
      JsonNode original,
      JsonNode position) {
    long now = System.currentTimeMillis();
    ObjectNode letter = object();
    letter.put("reason", reason);
    letter.put("stage", stage);
    letter.set("original", original);
    letter.set("position", position);
    letter.put("event_kind", eventKind);
    letter.put("failed_at", now);
    try {
      byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
      return Row.of(bytes, JSON.writeValueAsBytes(letter), now);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible); // a tree can always be written
    }
  }

  /** Where a record stands in a DynamoDB stream. */
  public static ObjectNode streamPosition(Object shardId, Object sequenceNumber) {
    ObjectNode position = object();
    position.put("shard_id", (String) shardId);
    position.put("sequence_number", (String) sequenceNumber);
    return position;
  }

  /**
   * The fields of a row that are not null, as an `original`.
   *
   * @param row holds strings and whole numbers
   * @param names of the row's fields by position
   * @param from the first position
   * @param to the position after the last
   */
  public static ObjectNode fields(Row row, String[] names, int from, int to) {
    ObjectNode original = object();
    for (int field = from; field < to; field++) {
      Object value = row.getField(field);
      if (value instanceof Number number) {
        original.put(names[field], number.longValue());
      } else if (value != null) {
        original.put(names[field], (String) value);
      }
    }
    return original;
  }

  /**
   * The dead letter of a Kafka record ({@link KafkaRows#IN}): key and value in base64, as they
   * came.
   */
  public static Row ofKafka(String stage, String reason, Row record) {
    ObjectNode original = object();
    original.put("key", base64((byte[]) record.getField(KafkaRows.KEY)));
    original.put("value", base64((byte[]) record.getField(KafkaRows.VALUE)));
    ObjectNode position = object();
    position.put("topic", (String) record.getField(KafkaRows.TOPIC));
    position.put("partition", (Integer) record.getField(KafkaRows.PARTITION));
    position.put("offset", (Long) record.getField(KafkaRows.OFFSET));
    return of(stage, reason, null, null, original, position);
  }

  private static String base64(byte[] bytes) {
    return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
  }
}
