package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.sink.config.SinkConfig;

/**
 * What identifies an item: partition and sort key together.
 *
 * @param partition the partition key's value
 * @param sort the sort key's value, or null for a table without one
 */
public record ItemKey(KeyValue partition, KeyValue sort) {
  // A key may have 2 KB; a sentence should not.
  private static final int SHOWN = 100;

  /** For sentences: {@code entity=customer_id=c1, use_case=fraud}. */
  public String describe(SinkConfig config) {
    String text = config.partitionKey().attribute() + "=" + shown(partition);
    return sort == null ? text : text + ", " + config.sortKey().attribute() + "=" + shown(sort);
  }

  private static String shown(KeyValue value) {
    String text = value.text();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
