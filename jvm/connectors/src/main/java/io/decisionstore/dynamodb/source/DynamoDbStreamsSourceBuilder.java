package io.decisionstore.dynamodb.source;

import io.decisionstore.dynamodb.source.client.AwsStreamsClient;
import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.config.Pace;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StreamPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a {@link DynamoDbStreamsSource}; takes strings and numbers only, since Python calls it.
 *
 * <p>Python's builder has the options' meaning, and refuses what does not go together.
 */
public final class DynamoDbStreamsSourceBuilder {
  private final List<String> streams = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();
  private String region;
  private String endpointUrl;
  private StreamPosition start = new StreamPosition(StreamPosition.Kind.TRIM_HORIZON, 0);
  private StreamPosition stop;
  private String eventTimeField;
  private Duration latencyGoal = Duration.ofMillis(50);
  private double readsPerSecond;
  private Duration quietInterval = Duration.ofMillis(250);
  private long maxBytes = 32L << 20;
  private Duration discoveryInterval = Duration.ofSeconds(30);
  private LossPolicy onTrimmed = LossPolicy.FAIL;
  private LossPolicy onNewStream = LossPolicy.FAIL;
  private StreamsClient.Factory clients = AwsStreamsClient::new;

  DynamoDbStreamsSourceBuilder() {}

  /** A table's name or a stream's ARN. */
  public DynamoDbStreamsSourceBuilder addStream(String tableOrArn) {
    streams.add(tableOrArn);
    return this;
  }

  public DynamoDbStreamsSourceBuilder setRegion(String name) {
    region = name;
    return this;
  }

  /** Null: AWS itself. */
  public DynamoDbStreamsSourceBuilder setEndpointUrl(String url) {
    endpointUrl = url;
    return this;
  }

  public DynamoDbStreamsSourceBuilder addColumn(String json) {
    columns.add(Column.parse(json));
    return this;
  }

  public DynamoDbStreamsSourceBuilder setStart(String kind, long atMillis) {
    start = new StreamPosition(StreamPosition.Kind.valueOf(kind), atMillis);
    return this;
  }

  public DynamoDbStreamsSourceBuilder setStop(String kind, long atMillis) {
    stop = new StreamPosition(StreamPosition.Kind.valueOf(kind), atMillis);
    return this;
  }

  /**
   * The field that carries a row's timestamp.
   *
   * <p>Each shard has its own watermark. Between a shard's end and its child's first record (up to
   * some 100 ms, more after a restore) neither holds the subtask's watermark back, also not with
   * watermark alignment. Where another shard is further ahead by then than the strategy's
   * out-of-orderness, as when a backlog is caught up, the child's first records are late.
   */
  public DynamoDbStreamsSourceBuilder setEventTimeField(String name) {
    eventTimeField = name;
    return this;
  }

  public DynamoDbStreamsSourceBuilder setLatencyGoal(long millis) {
    latencyGoal = Duration.ofMillis(millis);
    readsPerSecond = 0;
    return this;
  }

  public DynamoDbStreamsSourceBuilder setReadBudget(double newReadsPerSecond) {
    readsPerSecond = newReadsPerSecond;
    latencyGoal = null;
    return this;
  }

  public DynamoDbStreamsSourceBuilder setQuietInterval(long millis) {
    quietInterval = Duration.ofMillis(millis);
    return this;
  }

  public DynamoDbStreamsSourceBuilder setMaxBytes(long bytes) {
    maxBytes = bytes;
    return this;
  }

  public DynamoDbStreamsSourceBuilder setDiscoveryInterval(long millis) {
    discoveryInterval = Duration.ofMillis(millis);
    return this;
  }

  public DynamoDbStreamsSourceBuilder setOnTrimmed(String policy) {
    onTrimmed = LossPolicy.valueOf(policy);
    return this;
  }

  public DynamoDbStreamsSourceBuilder setOnNewStream(String policy) {
    onNewStream = LossPolicy.valueOf(policy);
    return this;
  }

  /** For tests. */
  DynamoDbStreamsSourceBuilder setClients(StreamsClient.Factory factory) {
    clients = factory;
    return this;
  }

  public DynamoDbStreamsSource build() {
    if (streams.isEmpty() || region == null || columns.isEmpty()) {
      throw new IllegalStateException("A source needs a stream, a region and at least one column.");
    }
    SourceConfig config =
        new SourceConfig(
            List.copyOf(streams),
            region,
            endpointUrl,
            start,
            stop,
            List.copyOf(columns),
            eventTimeField,
            new Pace(latencyGoal, readsPerSecond, quietInterval),
            maxBytes,
            discoveryInterval,
            onTrimmed,
            onNewStream);
    return new DynamoDbStreamsSource(config, clients);
  }
}
