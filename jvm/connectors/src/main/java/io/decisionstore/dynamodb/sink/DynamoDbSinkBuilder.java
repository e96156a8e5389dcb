package io.decisionstore.dynamodb.sink;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.fields.FieldJson;
import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.client.AwsTableClient;
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
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.types.Row;

/** Builds a {@link DynamoDbSink}; takes strings and numbers only, since Python calls it. */
public final class DynamoDbSinkBuilder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<SinkField> fields = new ArrayList<>();
  private String table;
  private String region;
  private String endpointUrl;
  private WriteMode mode = WriteMode.put();
  private boolean writesNulls = RowRules.DEFAULT.writesNulls();
  private String deleteFlag;
  private String itemField;
  private Capacity capacity = Capacity.auto(Capacity.DEFAULT_SHARE);
  private int maxInFlightRequests = Limits.DEFAULT.inFlightRequests();
  private int maxBatchSize = Limits.DEFAULT.batchSize();
  private long maxTimeInBufferMs = Limits.DEFAULT.timeInBufferMs();
  private int maxBufferedRequests = Limits.DEFAULT.bufferedItems();
  private long maxBufferedBytes = Limits.DEFAULT.bufferedBytes();
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
   * @param type STRING, LONG, INT, DOUBLE, DECIMAL, BOOLEAN, BYTES or JSON
   * @param role as of {@link #addField(String, String)}
   */
  public DynamoDbSinkBuilder addField(String name, String attribute, String type, String role) {
    return add(new Field(name, attribute == null ? name : attribute, Scalar.valueOf(type)), role);
  }

  /**
   * The next field, of any type.
   *
   * @param json in {@link FieldJson}, without aliases and defaults
   * @param role PARTITION_KEY, SORT_KEY, ATTRIBUTE, ADD or TIME_TO_LIVE
   */
  public DynamoDbSinkBuilder addField(String json, String role) {
    try {
      return add(FieldJson.read(JSON.readTree(json)), role);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException("A field is not JSON: " + json, broken);
    }
  }

  private DynamoDbSinkBuilder add(Field field, String role) {
    refuseWhatIsRead(field);
    fields.add(
        new SinkField(field.name(), field.attribute(), field.type(), SinkField.Role.valueOf(role)));
    return this;
  }

  /**
   * A default would be no value of the row, and of several names it is unclear which is written.
   */
  private static void refuseWhatIsRead(Field field) {
    if (!field.aliases().isEmpty() || field.defaultJson() != null) {
      throw new IllegalArgumentException(
          "The field %s has aliases or a default, and these are for reading: a sink writes one attribute, and the row's value."
              .formatted(field.name()));
    }
    FieldType type = field.type();
    while (type instanceof ListOf || type instanceof MapOf) {
      type = type instanceof ListOf list ? list.element() : ((MapOf) type).value();
    }
    if (type instanceof RowOf row) {
      row.fields().forEach(DynamoDbSinkBuilder::refuseWhatIsRead);
    }
  }

  /** The last write of a key wins; the default. */
  public DynamoDbSinkBuilder setPut() {
    mode = WriteMode.put();
    return this;
  }

  /** The highest version of a key wins, whatever the order of the writes. */
  public DynamoDbSinkBuilder setPutIfNewer(String versionField) {
    return setPutIfNewer(versionField, null);
  }

  /**
   * The highest version of a key wins, also over a deletion.
   *
   * @param tombstone the boolean attribute that marks an item as deleted; null: rows that delete
   *     are rejected
   */
  public DynamoDbSinkBuilder setPutIfNewer(String versionField, String tombstone) {
    mode = WriteMode.putIfNewer(versionField, tombstone);
    return this;
  }

  /**
   * Rows change single attributes.
   *
   * @param versionField the field whose higher value wins; null: the last write wins
   */
  public DynamoDbSinkBuilder setUpdate(String versionField) {
    mode = WriteMode.update(versionField);
    return this;
  }

  /** Every row deletes its item. */
  public DynamoDbSinkBuilder setDelete() {
    mode = WriteMode.delete();
    return this;
  }

  /** Whether a null is DynamoDB's NULL; else it is left out, which is the default. */
  public DynamoDbSinkBuilder setWritesNulls(boolean writes) {
    writesNulls = writes;
    return this;
  }

  /** A boolean field: true deletes the item. */
  public DynamoDbSinkBuilder setDeleteFlag(String field) {
    deleteFlag = field;
    return this;
  }

  /** A string field that holds the whole item as DynamoDB JSON. */
  public DynamoDbSinkBuilder setItemField(String field) {
    itemField = field;
    return this;
  }

  /** As much as the table says, of it this share; the default is {@link Capacity#DEFAULT_SHARE}. */
  public DynamoDbSinkBuilder setCapacityShare(double target) {
    capacity = Capacity.auto(target);
    return this;
  }

  /** So many write units a second, all subtasks together, whatever the table says. */
  public DynamoDbSinkBuilder setFixedCapacity(double writeUnitsPerSecond) {
    capacity = Capacity.fixed(writeUnitsPerSecond);
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

  public DynamoDbSinkBuilder setMaxBufferedBytes(long bytes) {
    maxBufferedBytes = bytes;
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
        mode,
        new RowRules(writesNulls, deleteFlag, itemField),
        capacity,
        new Limits(
            maxInFlightRequests,
            maxBatchSize,
            maxTimeInBufferMs,
            maxBufferedRequests,
            maxBufferedBytes),
        deadLetters != null);
  }
}
