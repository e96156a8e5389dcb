package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import java.math.BigDecimal;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What identifies an item: partition and sort key together.
 *
 * @param partition the partition key's value
 * @param sort the sort key's value, or null for a table without one
 */
public record ItemKey(AttributeValue partition, AttributeValue sort) {

  /** The key of an item; equal for equal numbers, however they are written. */
  public static ItemKey of(SinkConfig config, Map<String, AttributeValue> attributes) {
    SinkField sort = config.sortKey();
    return new ItemKey(
        value(config.partitionKey(), attributes), sort == null ? null : value(sort, attributes));
  }

  private static AttributeValue value(SinkField field, Map<String, AttributeValue> attributes) {
    AttributeValue value = attributes.get(field.attribute());
    if (value == null) {
      throw new IllegalArgumentException(
          "An item has no %s, which is part of its key.".formatted(field.attribute()));
    }
    return value.n() == null
        ? value
        : AttributeValue.fromN(new BigDecimal(value.n()).stripTrailingZeros().toPlainString());
  }

  /** For sentences: `entity=customer_id=c1, use_case=fraud`. */
  public String describe(SinkConfig config) {
    String text = config.partitionKey().attribute() + "=" + text(partition);
    return sort == null ? text : text + ", " + config.sortKey().attribute() + "=" + text(sort);
  }

  private static String text(AttributeValue value) {
    String text =
        switch (value.type()) {
          case S -> value.s();
          case N -> value.n();
          default -> java.util.HexFormat.of().formatHex(value.b().asByteArray());
        };
    // A key may have 2 KB; a sentence should not.
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
