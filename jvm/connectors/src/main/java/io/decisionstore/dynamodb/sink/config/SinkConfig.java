package io.decisionstore.dynamodb.sink.config;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode.Kind;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything the sink was told.
 *
 * @param table a table's name or ARN
 * @param region the AWS region
 * @param endpointUrl of DynamoDB, or null for AWS itself
 * @param fields what is written, in the order of the rows' fields
 * @param mode what a row does to its item
 * @param rows how rows are read
 * @param capacity how much of the table is taken
 * @param limits what a subtask holds and does at once
 * @param deadLetters whether what can never be written goes aside; else it fails the job
 */
public record SinkConfig(
    String table,
    String region,
    String endpointUrl,
    List<SinkField> fields,
    WriteMode mode,
    RowRules rows,
    Capacity capacity,
    Limits limits,
    boolean deadLetters)
    implements Serializable {

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
    refuseIf(count(fields, Role.TIME_TO_LIVE) > 1, "An item has at most one time to live.");
    for (SinkField field : fields) {
      refuseIf(
          field.isKey() && !field.fitsKey(),
          "The key %s cannot be a %s: DynamoDB takes strings, numbers and bytes as keys."
              .formatted(field.name(), field.type().label()));
      refuseIf(
          field.role() == Role.ADD && (mode.kind() != Kind.UPDATE || !field.canBeAdded()),
          "The field %s cannot be added: update mode adds numbers and sets."
              .formatted(field.name()));
      refuseIf(
          field.role() == Role.TIME_TO_LIVE && field.type() != Scalar.LONG,
          "The time to live %s is a long: epoch milliseconds.".formatted(field.name()));
    }
    refuseRepeated(fields.stream().map(SinkField::name), "field");
    refuseRepeated(fields.stream().map(SinkField::attribute), "attribute");
    if (mode.versionField() != null) {
      String version = mode.versionField();
      refuseIf(
          fields.stream().noneMatch(field -> isVersion(field, version)),
          "The version %s must be one of the fields, a long or an int that is no key."
              .formatted(version));
    }
    refuseIf(
        rows.deleteFlag() != null && mode.kind() == Kind.PUT_IF_NEWER && mode.tombstone() == null,
        "Deleting by %s needs a tombstone in put_if_newer, since an older row would bring the item back."
            .formatted(rows.deleteFlag()));
    refuseIf(
        rows.deleteFlag() != null && mode.kind() == Kind.UPDATE && mode.comparesVersions(),
        "An update that compares versions deletes nothing, since an older row would bring the item back.");
    refuseIf(
        rows.deleteFlag() != null && mode.kind() == Kind.DELETE,
        "Every row deletes in delete mode, so that %s says nothing: leave it out, or write with put."
            .formatted(rows.deleteFlag()));
    refuseIf(
        mode.tombstone() != null
            && fields.stream().anyMatch(field -> isOtherThanFlag(field, mode.tombstone())),
        "The tombstone %s is an attribute of its own, or a boolean that is no key."
            .formatted(mode.tombstone()));
    refuseIf(
        rows.itemField() != null && mode.kind() == Kind.UPDATE,
        "An update takes fields, not whole items.");
  }

  /** The only field of that role. */
  public SinkField partitionKey() {
    return field(Role.PARTITION_KEY);
  }

  /** The sort key, or null. */
  public SinkField sortKey() {
    return field(Role.SORT_KEY);
  }

  private SinkField field(Role role) {
    return fields.stream().filter(field -> field.role() == role).findFirst().orElse(null);
  }

  /** The attribute that holds the version, or null. */
  public String versionAttribute() {
    return fields.stream()
        .filter(field -> field.name().equals(mode.versionField()))
        .map(SinkField::attribute)
        .findFirst()
        .orElse(null);
  }

  /** Items of one request. */
  public int itemsPerRequest() {
    return mode.batches() ? limits.batchSize() : 1;
  }

  /** The table and its place, for sentences. */
  public String where() {
    return "%s at %s".formatted(table, endpointUrl == null ? region : endpointUrl);
  }

  private static boolean isVersion(SinkField field, String name) {
    return field.name().equals(name)
        && field.role() == Role.ATTRIBUTE
        && (field.type() == Scalar.LONG || field.type() == Scalar.INT);
  }

  private static boolean isOtherThanFlag(SinkField field, String tombstone) {
    return field.attribute().equals(tombstone) && field.type() != Scalar.BOOLEAN;
  }

  private static long count(List<SinkField> fields, Role role) {
    return fields.stream().filter(field -> field.role() == role).count();
  }

  private static void refuseRepeated(Stream<String> names, String what) {
    Set<String> seen = new HashSet<>();
    names.forEach(
        name ->
            refuseIf(
                !seen.add(name),
                "The %s %s is given twice.".formatted(what.toLowerCase(Locale.ROOT), name)));
  }

  private static void refuseIf(boolean wrong, String sentence) {
    if (wrong) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
