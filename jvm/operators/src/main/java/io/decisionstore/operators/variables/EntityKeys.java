package io.decisionstore.operators.variables;

import io.decisionstore.operators.expression.Expression;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.VariablesPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The entity a decision belongs to, as the key of the variables table. Not for several threads. */
final class EntityKeys {
  /** Bytes, DynamoDB's limit of a partition key. */
  static final int MAX_LENGTH = 2_048;

  private record Part(String name, Expression expression) {}

  private final List<Part> parts = new ArrayList<>();

  EntityKeys(VariablesPlan.Entity entity, Map<String, ValueType> fields) {
    for (VariablesPlan.Key part : entity.key()) {
      parts.add(new Part(quote(part.name()), compiled(part.expression(), fields)));
    }
  }

  /**
   * {@code name=value} pairs joined by {@code |}, percent-encoded; null when a part has no value.
   * The caller looks at the length.
   */
  String of(Map<String, Object> environment) {
    StringBuilder key = new StringBuilder();
    for (Part part : parts) {
      Object value = part.expression.valueOrNull(environment);
      if (value == null) {
        return null;
      }
      key.append(key.isEmpty() ? "" : "|").append(part.name).append('=');
      key.append(quote(value.toString()));
    }
    return key.toString();
  }

  /** Whatever a key may be: its type is not in the plan. */
  private static Expression compiled(String source, Map<String, ValueType> fields) {
    IllegalArgumentException refused = null;
    for (ValueType type : List.of(ValueType.STRING, ValueType.LONG, ValueType.BOOLEAN)) {
      try {
        return Expression.compile(source, fields, type);
      } catch (IllegalArgumentException other) {
        refused = other;
      }
    }
    throw refused;
  }

  /** As Python's {@code quote(text, safe="")}: RFC 3986's unreserved characters stay. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length());
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      boolean letterOrDigit =
          (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9');
      if (letterOrDigit || one == '-' || one == '_' || one == '.' || one == '~') {
        quoted.append((char) one);
      } else {
        quoted.append('%');
        quoted.append(Character.toUpperCase(Character.forDigit((one >> 4) & 0xF, 16)));
        quoted.append(Character.toUpperCase(Character.forDigit(one & 0xF, 16)));
      }
    }
    return quoted.toString();
  }
}
