package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.Limits;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.KeyValue;
import io.decisionstore.dynamodb.sink.rejected.FailingRejections;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.flink.types.Row;

/** Configurations, rows and writes of the tests: entity, use_case, version, value. */
final class Sinks {
  private Sinks() {}

  static SinkConfig put(int maxInFlight, int maxBatch, int maxBuffered) {
    return config(WriteMode.put(), maxInFlight, maxBatch, maxBuffered);
  }

  static SinkConfig putIfNewer(int maxInFlight, int maxBuffered) {
    return config(WriteMode.putIfNewer("version", null), maxInFlight, 1, maxBuffered);
  }

  static SinkConfig config(WriteMode mode, int maxInFlight, int maxBatch, int maxBuffered) {
    boolean updates = mode.kind() == WriteMode.Kind.UPDATE;
    return new SinkConfig(
        "t",
        "r",
        null,
        List.of(
            new SinkField("entity", "entity", Scalar.STRING, Role.PARTITION_KEY),
            new SinkField("use_case", "use_case", Scalar.STRING, Role.SORT_KEY),
            new SinkField("version", "version", Scalar.LONG, Role.ATTRIBUTE),
            updates
                ? new SinkField("value", "value", Scalar.LONG, Role.ADD)
                : new SinkField("value", "value", Scalar.STRING, Role.ATTRIBUTE)),
        mode,
        RowRules.DEFAULT,
        Capacity.auto(Capacity.DEFAULT_SHARE),
        new Limits(maxInFlight, maxBatch, 5, maxBuffered, 64L << 20),
        false);
  }

  static Row row(String entity, String useCase, long version) {
    return Row.of(entity, useCase, version, "v" + version);
  }

  static ItemKey key(String entity, String useCase) {
    return new ItemKey(new KeyValue('S', entity), new KeyValue('S', useCase));
  }

  /** A put whose item is told apart by its version alone. */
  static ItemWrite item(String entity, long version) {
    return item(entity, "u", version);
  }

  static ItemWrite item(String entity, String useCase, long version) {
    byte[] item = ("{\"version\":{\"N\":\"" + version + "\"}}").getBytes(StandardCharsets.UTF_8);
    return new ItemWrite.Put(key(entity, useCase), version, item.length, item);
  }

  /** A put of that many write units. */
  static ItemWrite large(String entity, int writeUnits) {
    byte[] item = new byte[writeUnits * 1024];
    return new ItemWrite.Put(key(entity, "u"), 1, item.length, item);
  }

  /** A writer over a table in virtual time, with as many requests as configured. */
  static DynamoDbSinkWriter<Row> writer(
      SinkConfig config,
      ScriptedTable table,
      SimulatedTask task,
      SinkMetrics metrics,
      Random random,
      List<ItemWrite> notYetWritten) {
    return new DynamoDbSinkWriter<>(
        config,
        table,
        new FreeShare(config.limits().inFlightRequests()),
        new FailingRejections(config.where()),
        task,
        metrics,
        random,
        notYetWritten);
  }
}
