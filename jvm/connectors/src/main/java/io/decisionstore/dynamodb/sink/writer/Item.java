package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An item to be written.
 *
 * @param key what identifies it
 * @param attributes all it holds, the key among them
 * @param version its version; 0 where the last write wins
 * @param size bytes as DynamoDB counts them, at the least: it counts a number's digits in a way it
 *     calls approximate
 */
public record Item(ItemKey key, Map<String, AttributeValue> attributes, long version, int size) {

  /** What DynamoDB takes as one item. */
  public static final int SIZE_LIMIT = 400 * 1024;

  /**
   * An item of these attributes.
   *
   * @throws IllegalArgumentException a key or the version is missing, or the item is too large
   */
  public static Item of(SinkConfig config, Map<String, AttributeValue> attributes) {
    ItemKey key = ItemKey.of(config, attributes);
    long version = 0;
    if (config.mode().comparesVersions()) {
      AttributeValue value = attributes.get(config.versionAttribute());
      if (value == null || value.n() == null) {
        throw new IllegalArgumentException(
            "The item %s for the table %s has no version: %s must be set in every row."
                .formatted(key.describe(config), config.table(), config.mode().versionField()));
      }
      version = Long.parseLong(value.n());
    }
    int size = size(attributes);
    if (size > SIZE_LIMIT) {
      throw new IllegalArgumentException(
          "The item %s cannot be written to the table %s: it has %d KB, and DynamoDB takes up to 400; keep large values elsewhere."
              .formatted(key.describe(config), config.table(), size / 1024));
    }
    return new Item(key, attributes, version, size);
  }

  /** The attributes as DynamoDB JSON. */
  String json() {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    attributes.forEach(
        (name, value) -> {
          ObjectNode typed = item.putObject(name);
          switch (value.type()) {
            case S -> typed.put("S", value.s());
            case N -> typed.put("N", value.n());
            case BOOL -> typed.put("BOOL", value.bool());
            default -> typed.put("B", value.b().asByteArrayUnsafe());
          }
        });
    return item.toString();
  }

  /** What writing it costs of the table's capacity: a unit a KB. */
  int writeUnits() {
    return Math.max(1, (size + 1023) / 1024);
  }

  private static int size(Map<String, AttributeValue> attributes) {
    int size = 0;
    for (Map.Entry<String, AttributeValue> attribute : attributes.entrySet()) {
      AttributeValue value = attribute.getValue();
      size += attribute.getKey().getBytes(StandardCharsets.UTF_8).length;
      size +=
          switch (value.type()) {
            case S -> value.s().getBytes(StandardCharsets.UTF_8).length;
            case B -> value.b().asByteArrayUnsafe().length;
            default -> 1;
          };
    }
    return size;
  }
}
