package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The conditions by which a writer keeps newer items: attribute_not_exists(a), a &lt; :v, or the
 * one OR the other.
 *
 * @param absent the attribute that must not be there; null: this half is not asked for
 * @param less the attribute that must be below the value; null: this half is not asked for
 * @param value in DynamoDB JSON
 */
record Condition(String absent, String less, JsonNode value) {
  private static final String NAME = "([#\\w]\\w*)";
  private static final String ABSENT = "attribute_not_exists\\s*\\(\\s*" + NAME + "\\s*\\)";
  private static final String LESS = NAME + "\\s*<\\s*(:\\w+)";
  private static final Pattern UNDERSTOOD =
      Pattern.compile("\\s*(?:" + ABSENT + ")?(\\s+(?i:OR)\\s+)?(?:" + LESS + ")?\\s*");

  static Condition parse(String expression, Placeholders placeholders) {
    Matcher found = UNDERSTOOD.matcher(expression);
    if (!found.matches()
        || (found.group(1) != null && found.group(3) != null) != (found.group(2) != null)
        || (found.group(1) == null && found.group(3) == null)) {
      throw ServiceException.invalid(
          "The scripted table does not understand the ConditionExpression " + expression);
    }
    return new Condition(
        found.group(1) == null ? null : placeholders.name(found.group(1)),
        found.group(3) == null ? null : placeholders.name(found.group(3)),
        found.group(4) == null ? null : placeholders.value(found.group(4)));
  }

  /**
   * Whether it holds of an item of which only key and version are known.
   *
   * @param version null when it has none
   */
  boolean holds(boolean exists, BigDecimal version, TableSchema schema) {
    boolean ofVersion = absent != null && absent.equals(schema.version());
    if ((absent != null && !ofVersion && !isOfKey(absent, schema))
        || (less != null && !less.equals(schema.version()))) {
      throw ServiceException.invalid(
          "The scripted table stores no items: its conditions are about key and version, not "
              + absent
              + " and "
              + less);
    }
    return absent != null && !(exists && (!ofVersion || version != null))
        || less != null && exists && isBelow(version);
  }

  /** Whether it holds of an item, null for one that is not there. */
  boolean holds(JsonNode item) {
    return absent != null && (item == null || !item.has(absent))
        || less != null && item != null && isBelow(item.get(less));
  }

  private boolean isBelow(BigDecimal version) {
    return version != null && value.has("N") && version.compareTo(number(value)) < 0;
  }

  private boolean isBelow(JsonNode attribute) {
    if (attribute == null) {
      return false;
    }
    if (attribute.has("N") && value.has("N")) {
      return number(attribute).compareTo(number(value)) < 0;
    }
    return attribute.has("S")
        && value.has("S")
        && attribute.get("S").textValue().compareTo(value.get("S").textValue()) < 0;
  }

  static BigDecimal number(JsonNode typed) {
    try {
      return new BigDecimal(typed.path("N").asText());
    } catch (NumberFormatException odd) {
      throw ServiceException.invalid(
          "The parameter cannot be converted to a numeric value: " + typed.path("N").asText());
    }
  }

  private static boolean isOfKey(String attribute, TableSchema schema) {
    return schema.keys().stream().anyMatch(key -> key.attribute().equals(attribute));
  }
}
