package io.decisionstore.dynamodb.source;

import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.config.Pace;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StreamPosition;
import java.time.Duration;
import java.util.List;

/** Configurations of tests: the table t, from its start, failing at losses, read every 10 ms. */
public final class Configs {
  private Configs() {}

  public static SourceConfig of(LossPolicy onTrimmed, List<Column> columns) {
    return of(onTrimmed, columns, 32L << 20);
  }

  /** For a client of its own. */
  public static SourceConfig at(String endpointUrl) {
    return of(endpointUrl, LossPolicy.FAIL, List.of(), 32L << 20);
  }

  public static SourceConfig of(LossPolicy onTrimmed, List<Column> columns, long maxBytes) {
    return of(null, onTrimmed, columns, maxBytes);
  }

  /** The same, read at another pace. */
  public static SourceConfig paced(SourceConfig config, Duration goal, Duration quiet) {
    return new SourceConfig(
        config.streams(),
        config.region(),
        config.endpointUrl(),
        config.start(),
        config.stop(),
        config.columns(),
        config.eventTimeField(),
        new Pace(goal, 0, quiet),
        config.maxBytes(),
        config.discoveryInterval(),
        config.onTrimmed(),
        config.onNewStream());
  }

  private static SourceConfig of(
      String endpointUrl, LossPolicy onTrimmed, List<Column> columns, long maxBytes) {
    return new SourceConfig(
        List.of("t"),
        "eu-west-1",
        endpointUrl,
        new StreamPosition(StreamPosition.Kind.TRIM_HORIZON, 0),
        null,
        columns,
        null,
        new Pace(Duration.ofMillis(10), 0, Duration.ofMillis(40)),
        maxBytes,
        Duration.ofMillis(1_000),
        onTrimmed,
        LossPolicy.FAIL);
  }
}
