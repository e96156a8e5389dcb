package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.SinkField.Type;
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
            new SinkField("entity", "entity", Type.STRING, Role.PARTITION_KEY),
            new SinkField("use_case", "use_case", Type.STRING, Role.SORT_KEY),
            new SinkField("version", "version", Type.LONG, Role.ATTRIBUTE),
            new SinkField("value", "value", Type.STRING, Role.ATTRIBUTE)),
        version,
        maxInFlight,
        maxBatch,
        5,
        maxBuffered);
  }

  static Row row(String entity, String useCase, long version) {
    return Row.of(entity, useCase, version, "v" + version);
  }

  static Item item(SinkConfig config, String entity, long version) {
    return new RowToItem(config).convert(row(entity, "u", version));
  }
}
