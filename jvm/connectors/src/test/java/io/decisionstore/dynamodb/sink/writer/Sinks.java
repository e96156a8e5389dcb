package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.Limits;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import java.util.List;
import org.apache.flink.types.Row;

/** Configurations and rows of the tests: entity, use_case, version, value. */
final class Sinks {
  private Sinks() {}

  static SinkConfig put(int maxInFlight, int maxBatch, int maxBuffered) {
    return config(null, maxInFlight, maxBatch, maxBuffered);
  }

  static SinkConfig putIfNewer(int maxInFlight, int maxBuffered) {
    return config("version", maxInFlight, 1, maxBuffered);
  }

  private static SinkConfig config(String version, int maxInFlight, int maxBatch, int maxBuffered) {
    return new SinkConfig(
        "t",
        "r",
        null,
        List.of(
            new SinkField("entity", "entity", Scalar.STRING, Role.PARTITION_KEY),
            new SinkField("use_case", "use_case", Scalar.STRING, Role.SORT_KEY),
            new SinkField("version", "version", Scalar.LONG, Role.ATTRIBUTE),
            new SinkField("value", "value", Scalar.STRING, Role.ATTRIBUTE)),
        version == null ? WriteMode.put() : WriteMode.putIfNewer(version, null),
        RowRules.DEFAULT,
        Capacity.auto(Capacity.DEFAULT_SHARE),
        new Limits(maxInFlight, maxBatch, 5, maxBuffered, 64L << 20),
        false);
  }

  static Row row(String entity, String useCase, long version) {
    return Row.of(entity, useCase, version, "v" + version);
  }

  static Item item(SinkConfig config, String entity, long version) {
    return new RowToItem(config).convert(row(entity, "u", version));
  }
}
