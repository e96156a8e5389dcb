package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;

/** The names and values that expressions stand for, and whether all of them are used. */
final class Placeholders {
  private final JsonNode names;
  private final JsonNode values;
  private final Set<String> unusedNames = new TreeSet<>();
  private final Set<String> unusedValues = new TreeSet<>();

  /**
   * @param names missing or null: none
   * @param values missing or null: none
   */
  Placeholders(JsonNode names, JsonNode values) {
    this.names = names;
    this.values = values;
    names.fieldNames().forEachRemaining(unusedNames::add);
    values.fieldNames().forEachRemaining(unusedValues::add);
  }

  String name(String written) {
    if (!written.startsWith("#")) {
      return written;
    }
    unusedNames.remove(written);
    String name = names.path(written).textValue();
    if (name == null) {
      throw ServiceException.invalid(
          "An expression attribute name used in the document path is not defined; attribute name: "
              + written);
    }
    return name;
  }

  JsonNode value(String written) {
    unusedValues.remove(written);
    JsonNode value = values.path(written);
    if (!value.isObject() || value.size() != 1) {
      throw ServiceException.invalid(
          "An expression attribute value used in expression is not defined; attribute value: "
              + written);
    }
    return value;
  }

  void allAreUsed() {
    if (!unusedNames.isEmpty()) {
      throw ServiceException.invalid(unused("Names", unusedNames));
    }
    if (!unusedValues.isEmpty()) {
      throw ServiceException.invalid(unused("Values", unusedValues));
    }
  }

  private static String unused(String of, Set<String> placeholders) {
    return "Value provided in ExpressionAttribute"
        + of
        + " unused in expressions: keys: {"
        + String.join(", ", placeholders)
        + "}";
  }
}
