package io.decisionstore.dynamodb.sink;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.client.TableAtBuild;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.Limits;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.rejected.DeadLetters;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.types.Row;

/** Builds a {@link DynamoDbSink}; takes strings and numbers only, since Python calls it. */
public final class DynamoDbSinkBuilder {
  private final List<SinkField> fields = new ArrayList<>();
  private String table;
  private String region;
  private String endpointUrl;
  private String versionField;
  private int maxInFlightRequests = 50;
  private int maxBatchSize = Limits.BATCH_LIMIT;
  private long maxTimeInBufferMs = 5;
  private int maxBufferedRequests = 10_000;
  private DeadLetters deadLetters;

  DynamoDbSinkBuilder() {}

  /** A table's name or ARN. */
  public DynamoDbSinkBuilder setTable(String nameOrArn) {
    table = nameOrArn;
    return this;
  }

  public DynamoDbSinkBuilder setRegion(String name) {
    region = name;
    return this;
  }

  /** Null: AWS itself. */
  public DynamoDbSinkBuilder setEndpointUrl(String url) {
    endpointUrl = url;
    return this;
  }

  /**
   * The next field.
   *
   * @param name the row's field name
   * @param attribute the item's attribute; null: as the field
   * @param type STRING, LONG, INT, DOUBLE, BOOLEAN or BYTES
   * @param role PARTITION_KEY, SORT_KEY or ATTRIBUTE
   */
  public DynamoDbSinkBuilder addField(String name, String attribute, String type, String role) {
    fields.add(
        new SinkField(
            name,
            attribute == null ? name : attribute,
            Scalar.valueOf(type),
            SinkField.Role.valueOf(role)));
    return this;
  }

  /** The last write of a key wins; the default. */
  public DynamoDbSinkBuilder setPut() {
    versionField = null;
    return this;
  }

  /** The highest version of a key wins, whatever the order of the writes. */
  public DynamoDbSinkBuilder setPutIfNewer(String field) {
    versionField = field;
    return this;
  }

  public DynamoDbSinkBuilder setMaxInFlightRequests(int requests) {
    maxInFlightRequests = requests;
    return this;
  }

  public DynamoDbSinkBuilder setMaxBatchSize(int items) {
    maxBatchSize = items;
    return this;
  }

  public DynamoDbSinkBuilder setMaxTimeInBufferMs(long millis) {
    maxTimeInBufferMs = millis;
    return this;
  }

  public DynamoDbSinkBuilder setMaxBufferedRequests(int items) {
    maxBufferedRequests = items;
    return this;
  }

  /** Where rows go that can never be written; null, the default: the first fails the job. */
  public DynamoDbSinkBuilder setDeadLetters(DeadLetters place) {
    deadLetters = place;
    return this;
  }

  /** Whether the table is one that the sink can write, as far as it can be told from here. */
  public TableAtBuild.Finding askTable() {
    return TableAtBuild.ask(config());
  }

  /**
   * The sink.
   *
   * @throws IllegalArgumentException something is missing or does not go together
   */
  public Sink<Row> build() {
    DynamoDbSink sink = new DynamoDbSink(config(), AwsTableClient::new);
    return deadLetters == null ? sink : new DynamoDbSinkWithDeadLetters<>(sink, deadLetters);
  }

  SinkConfig config() {
    return new SinkConfig(
        table,
        region,
        endpointUrl,
        fields,
        versionField == null ? WriteMode.put() : WriteMode.putIfNewer(versionField, null),
        RowRules.DEFAULT,
        Capacity.auto(Capacity.DEFAULT_SHARE),
        new Limits(
            maxInFlightRequests, maxBatchSize, maxTimeInBufferMs, maxBufferedRequests, 64L << 20),
        deadLetters != null);
  }
}
