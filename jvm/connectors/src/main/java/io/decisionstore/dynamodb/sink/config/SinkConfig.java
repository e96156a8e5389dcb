package io.decisionstore.dynamodb.sink.config;

import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything the sink was told.
 *
 * @param table a table's name or ARN
 * @param region the AWS region
 * @param endpointUrl of DynamoDB, or null for AWS itself
 * @param fields what is written, in the order of the rows' fields
 * @param versionField the row field whose higher value wins, or null: the last write wins
 * @param maxInFlightRequests requests a subtask has open at once
 * @param maxBatchSize items of a BatchWriteItem request; conditional writes always go one by one
 * @param maxTimeInBufferMs how long an item waits for others while other requests are open
 * @param maxBufferedRequests items a subtask holds until DynamoDB has them; then its input waits
 */
public record SinkConfig(
    String table,
    String region,
    String endpointUrl,
    List<SinkField> fields,
    String versionField,
    int maxInFlightRequests,
    int maxBatchSize,
    long maxTimeInBufferMs,
    int maxBufferedRequests)
    implements Serializable {

  /** What BatchWriteItem takes in one request. */
  public static final int BATCH_LIMIT = 25;

  /**
   * @throws IllegalArgumentException with a sentence: something is missing or does not go together
   */
  public SinkConfig {
    refuseIf(table == null || table.isEmpty(), "A sink needs a table: setTable(\"my-table\").");
    refuseIf(
        region == null || region.isEmpty(), "A sink needs a region: setRegion(\"eu-west-1\").");
    fields = List.copyOf(fields);
    refuseIf(count(fields, Role.PARTITION_KEY) != 1, "A sink needs exactly one partition key.");
    refuseIf(count(fields, Role.SORT_KEY) > 1, "A sink has at most one sort key.");
    for (SinkField field : fields) {
      refuseIf(
          field.role() != Role.ATTRIBUTE && !field.type().fitsKey(),
          "The key %s cannot be a %s: DynamoDB takes strings, numbers and bytes as keys."
              .formatted(field.name(), field.type().name().toLowerCase(java.util.Locale.ROOT)));
    }
    refuseRepeated(fields.stream().map(SinkField::name), "field");
    refuseRepeated(fields.stream().map(SinkField::attribute), "attribute");
    if (versionField != null) {
      String version = versionField;
      refuseIf(
          fields.stream().noneMatch(field -> isVersion(field, version)),
          "The version %s must be one of the fields, a long or an int that is no key."
              .formatted(version));
    }
    refuseIf(maxInFlightRequests < 1, "At least one request must be in flight.");
    refuseIf(
        maxBatchSize < 1 || maxBatchSize > BATCH_LIMIT,
        "A batch has 1 to %d items, not %d.".formatted(BATCH_LIMIT, maxBatchSize));
    refuseIf(maxTimeInBufferMs < 1, "An item waits in the buffer for at least 1 ms.");
    refuseIf(
        maxBufferedRequests < maxBatchSize,
        "The buffer of %d items does not hold a batch of %d."
            .formatted(maxBufferedRequests, maxBatchSize));
  }

  /** The only field of that role. */
  public SinkField partitionKey() {
    return fields.stream().filter(field -> field.role() == Role.PARTITION_KEY).findFirst().get();
  }

  /** The sort key, or null. */
  public SinkField sortKey() {
    return fields.stream().filter(field -> field.role() == Role.SORT_KEY).findFirst().orElse(null);
  }

  /** The attribute that holds the version, or null. */
  public String versionAttribute() {
    return fields.stream()
        .filter(field -> field.name().equals(versionField))
        .map(SinkField::attribute)
        .findFirst()
        .orElse(null);
  }

  /** Whether a write is conditional on a higher version. */
  public boolean newestVersionWins() {
    return versionField != null;
  }

  /** Items of one request. */
  public int itemsPerRequest() {
    return newestVersionWins() ? 1 : maxBatchSize;
  }

  /** The table and its place, for sentences. */
  public String where() {
    return "%s at %s".formatted(table, endpointUrl == null ? region : endpointUrl);
  }

  private static boolean isVersion(SinkField field, String name) {
    return field.name().equals(name)
        && field.role() == Role.ATTRIBUTE
        && (field.type() == SinkField.Type.LONG || field.type() == SinkField.Type.INT);
  }

  private static long count(List<SinkField> fields, Role role) {
    return fields.stream().filter(field -> field.role() == role).count();
  }

  private static void refuseRepeated(Stream<String> names, String what) {
    java.util.Set<String> seen = new java.util.HashSet<>();
    names.forEach(
        name -> refuseIf(!seen.add(name), "The %s %s is given twice.".formatted(what, name)));
  }

  private static void refuseIf(boolean wrong, String sentence) {
    if (wrong) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
