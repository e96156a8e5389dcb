package io.decisionstore.dynamodb.source;

import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a {@link DynamoDbStreamsSource}; takes strings and numbers only, since Python calls it.
 */
public final class DynamoDbStreamsSourceBuilder {
  private final List<Column> columns = new ArrayList<>();
  private String stream;
  private String region;
  private String endpointUrl;
  private StartPosition start = StartPosition.TRIM_HORIZON;
  private Duration idleWaitMin = Duration.ofMillis(20);
  private Duration idleWaitMax = Duration.ofMillis(100);
  private Duration discoveryInterval = Duration.ofSeconds(30);
  private boolean failOnTrimmed = true;

  DynamoDbStreamsSourceBuilder() {}

  /** A table's name or a stream's ARN. */
  public DynamoDbStreamsSourceBuilder setStream(String tableOrArn) {
    stream = tableOrArn;
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

  public DynamoDbStreamsSourceBuilder setStart(String position) {
    start = StartPosition.valueOf(position);
    return this;
  }

  /** A field of the rows, as {@code flink_dynamodb.fields} writes it. */
  public DynamoDbStreamsSourceBuilder addColumn(String json) {
    columns.add(Column.parse(json));
    return this;
  }

  public DynamoDbStreamsSourceBuilder setIdleWait(long minMillis, long maxMillis) {
    idleWaitMin = Duration.ofMillis(minMillis);
    idleWaitMax = Duration.ofMillis(maxMillis);
    return this;
  }

  public DynamoDbStreamsSourceBuilder setDiscoveryInterval(long millis) {
    discoveryInterval = Duration.ofMillis(millis);
    return this;
  }

  public DynamoDbStreamsSourceBuilder setFailOnTrimmed(boolean fail) {
    failOnTrimmed = fail;
    return this;
  }

  public DynamoDbStreamsSource build() {
    if (stream == null || region == null || columns.isEmpty()) {
      throw new IllegalStateException("A source needs a stream, a region and at least one column.");
    }
    return new DynamoDbStreamsSource(
        new SourceConfig(
            stream,
            region,
            endpointUrl,
            start,
            List.copyOf(columns),
            idleWaitMin,
            idleWaitMax,
            discoveryInterval,
            failOnTrimmed),
        AwsStreamsClient::new);
  }
}
