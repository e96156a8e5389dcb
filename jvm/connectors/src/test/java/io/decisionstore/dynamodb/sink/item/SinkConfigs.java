package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.Limits;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import java.util.List;

/** Configurations of the tests; their table is {@code t}. */
final class SinkConfigs {
  private SinkConfigs() {}

  static SinkConfig of(WriteMode mode, RowRules rules, SinkField... fields) {
    return new SinkConfig(
        "t",
        "r",
        null,
        List.of(fields),
        mode,
        rules,
        Capacity.auto(Capacity.DEFAULT_SHARE),
        Limits.DEFAULT,
        true);
  }

  /** A string key {@code k} and one field {@code v}, which is the attribute {@code value}. */
  static SinkConfig value(FieldType type, RowRules rules) {
    return of(WriteMode.put(), rules, key("k"), new SinkField("v", "value", type, Role.ATTRIBUTE));
  }

  /** Keys {@code entity} and {@code use_case}, {@code version}, {@code value}. */
  static SinkConfig versions(WriteMode mode, RowRules rules) {
    return of(
        mode,
        rules,
        key("entity"),
        new SinkField("use_case", "use_case", Scalar.STRING, Role.SORT_KEY),
        field("version", Scalar.LONG, Role.ATTRIBUTE),
        field("value", Scalar.STRING, Role.ATTRIBUTE));
  }

  static SinkField key(String name) {
    return field(name, Scalar.STRING, Role.PARTITION_KEY);
  }

  static SinkField field(String name, FieldType type, Role role) {
    return new SinkField(name, name, type, role);
  }
}
