package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.sink.config.SinkConfig;

/** Keys as DynamoDB JSON: {@code {"id":{"S":"a"},"n":{"N":"1"}}}. */
public final class KeyJson {
  private final byte[] partition;
  private final byte[] sort;

  public KeyJson(SinkConfig config) {
    this.partition = ValueWriter.member(config.partitionKey().attribute());
    this.sort = config.sortKey() == null ? null : ValueWriter.member(config.sortKey().attribute());
  }

  /** Writes a key. */
  public void write(ItemKey key, JsonBuffer json) {
    json.raw('{');
    value(partition, key.partition(), json);
    if (sort != null) {
      json.raw(',');
      value(sort, key.sort(), json);
    }
    json.raw('}');
  }

  byte[] of(ItemKey key) {
    JsonBuffer json = new JsonBuffer();
    write(key, json);
    return json.copy();
  }

  private static void value(byte[] member, KeyValue value, JsonBuffer json) {
    json.raw(member);
    json.raw("{\"");
    json.raw(value.type());
    json.raw("\":").known(value.text()).raw("}");
  }
}
