package io.decisionstore.operators.validate;

import io.decisionstore.operators.part.PartRows.Change;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.types.Row;

/**
 * What an item of the decision table must be before its payload is looked at.
 *
 * <p>The rules and their order are those of {@code Part} in {@code decision_store/model/parts.py};
 * {@code tests/vectors/parts.json} is read by the tests of both.
 */
final class PartContract {
  private static final int MAX_REVISION = 999_999; // the sort key holds six digits
  private static final int MAX_ID_LENGTH = 256;
  private static final long YEAR_10000 = 253_402_300_800_000L; // microseconds are beyond it
  private static final Pattern CHECK_NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final Pattern SCHEMA_REFERENCE =
      Pattern.compile("([a-z][a-z0-9_-]*):([1-9][0-9]{0,8})");

  /** The schema a part says it conforms to. */
  record SchemaReference(String subject, int version) {}

  private PartContract() {}

  /**
   * Checks a change's item.
   *
   * @return the schema its payload must conform to
   * @throws InvalidPartException the first rule it breaks
   */
  static SchemaReference check(Row change) throws InvalidPartException {
    String part = text(change, Change.PART);
    if (!part.equals("request") && !part.equals("check") && !part.equals("outcome")) {
      throw new InvalidPartException(
          "part: expected request, check or outcome, got '" + part + "'");
    }
    String decisionId = text(change, Change.DECISION_ID);
    String name = (String) change.getField(Change.NAME);
    long revision = wholeNumber(change, Change.REVISION);
    String customerId = text(change, Change.CUSTOMER_ID);
    long eventTime = wholeNumber(change, Change.EVENT_TIME);
    String schema = text(change, Change.SCHEMA);
    text(change, Change.PAYLOAD);

    identifier("decision_id", decisionId);
    identifier("customer_id", customerId);
    if (revision < 1 || revision > MAX_REVISION) {
      throw new InvalidPartException(
          "revision: expected 1 to %d, got %d".formatted(MAX_REVISION, revision));
    }
    if (eventTime < 0 || eventTime >= YEAR_10000) {
      throw new InvalidPartException("event_time: expected epoch milliseconds, got " + eventTime);
    }
    boolean isCheck = part.equals("check");
    if (isCheck && (name == null || !CHECK_NAME.matcher(name).matches())) {
      String got = name == null ? "None" : "'" + name + "'";
      throw new InvalidPartException("name: expected lower-case letters, digits and _, got " + got);
    }
    if (!isCheck && name != null) {
      throw new InvalidPartException("name: only a check has one, and this is the " + part);
    }
    String label = isCheck ? "check#" + name : part;
    SchemaReference reference =
        reference(schema, isCheck ? "check-" + name : "decision-" + part, label);
    String sortKey = "%s#%06d".formatted(label, revision);
    String stored = text(change, Change.PART_REVISION);
    if (!stored.equals(sortKey)) {
      throw new InvalidPartException(
          "part_revision: expected %s, got '%s'".formatted(sortKey, stored));
    }
    return reference;
  }

  private static SchemaReference reference(String schema, String subject, String label)
      throws InvalidPartException {
    Matcher reference = SCHEMA_REFERENCE.matcher(schema);
    if (!reference.matches()) {
      throw new InvalidPartException("schema: expected subject:version, got '" + schema + "'");
    }
    if (!reference.group(1).equals(subject)) {
      throw new InvalidPartException(
          "schema: a %s needs subject %s, got %s".formatted(label, subject, reference.group(1)));
    }
    return new SchemaReference(subject, Integer.parseInt(reference.group(2)));
  }

  private static void identifier(String field, String value) throws InvalidPartException {
    int length = value.codePointCount(0, value.length());
    if (length < 1 || length > MAX_ID_LENGTH) {
      throw new InvalidPartException(
          "%s: expected 1 to %d characters, got %d".formatted(field, MAX_ID_LENGTH, length));
    }
    if (value.codePoints().anyMatch(c -> Character.isISOControl(c) || isSurrogate(c))) {
      throw new InvalidPartException(field + ": control characters are not allowed");
    }
  }

  /** A code point that is a surrogate has no partner. */
  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static String text(Row change, int field) throws InvalidPartException {
    return (String) present(change, field, "string");
  }

  private static long wholeNumber(Row change, int field) throws InvalidPartException {
    return (Long) present(change, field, "whole number");
  }

  private static Object present(Row change, int field, String expected)
      throws InvalidPartException {
    Object value = change.getField(field);
    if (value == null) {
      throw new InvalidPartException(
          "%s: expected %s, got nothing".formatted(Change.FIELDS[field], expected));
    }
    return value;
  }
}
