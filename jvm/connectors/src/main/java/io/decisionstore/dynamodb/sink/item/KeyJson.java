package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;

/** Keys as DynamoDB JSON. */
public final class KeyJson {
  private KeyJson() {}

  /** {@code {"id":{"S":"a"},"n":{"N":"1"}}}. */
  public static byte[] of(SinkConfig config, ItemKey key) {
    JsonBuffer json = new JsonBuffer();
    json.raw('{');
    value(config.partitionKey(), key.partition(), json);
    if (key.sort() != null) {
      json.raw(',');
      value(config.sortKey(), key.sort(), json);
    }
    json.raw('}');
    return json.copy(0);
  }

  private static void value(SinkField field, KeyValue value, JsonBuffer json) {
    json.raw(ValueWriter.member(field.attribute()));
    json.raw(ValueWriter.ascii("{\"" + value.type() + "\":"));
    try {
      json.text(value.text());
    } catch (Unfit impossible) {
      throw new IllegalStateException("A key " + impossible.reason() + ".", impossible);
    }
    json.raw('}');
  }
}
