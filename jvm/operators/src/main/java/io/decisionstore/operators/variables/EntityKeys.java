package io.decisionstore.operators.variables;

import io.decisionstore.operators.plan.VariablesPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The entity a decision belongs to, as the key of the variables table. Not for several threads. */
final class EntityKeys {
  /** Bytes, DynamoDB's limit of a partition key. */
  static final int MAX_LENGTH = 2_048;

  private record Part(String name, int expression) {}

  private final List<Part> parts = new ArrayList<>();

  EntityKeys(VariablesPlan.Entity entity, Evaluation.Builder expressions) {
    for (VariablesPlan.Key part : entity.key()) {
      parts.add(new Part(quote(part.name()), expressions.ofAnyKeyType(part.expression())));
    }
  }

  /**
   * {@code name=value} pairs joined by {@code |}, percent-encoded; null when a part has no value.
   * The caller looks at the length.
   */
  String of(Evaluation evaluation) {
    StringBuilder key = new StringBuilder(64);
    for (Part part : parts) {
      Object value = evaluation.valueOrNull(part.expression);
      if (value == null) {
        return null;
      }
      key.append(key.isEmpty() ? "" : "|").append(part.name).append('=');
      quote(value.toString(), key);
    }
    return key.toString();
  }

  /** As Python's {@code quote(text, safe="")}: RFC 3986's unreserved characters stay. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length());
    quote(text, quoted);
    return quoted.toString();
  }

  private static void quote(String text, StringBuilder quoted) {
    int plain = 0;
    while (plain < text.length() && isUnreserved(text.charAt(plain))) {
      plain++;
    }
    if (plain == text.length()) {
      quoted.append(text); // in one go; a part of it goes by characters
      return;
    }
    quoted.append(text, 0, plain);
    for (byte one : text.substring(plain).getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved((char) (one & 0xFF))) {
        quoted.append((char) one);
      } else {
        quoted.append('%');
        quoted.append(Character.toUpperCase(Character.forDigit((one >> 4) & 0xF, 16)));
        quoted.append(Character.toUpperCase(Character.forDigit(one & 0xF, 16)));
      }
    }
  }

  private static boolean isUnreserved(char one) {
    return (one >= 'a' && one <= 'z')
        || (one >= 'A' && one <= 'Z')
        || (one >= '0' && one <= '9')
        || one == '-'
        || one == '_'
        || one == '.'
        || one == '~';
  }
}
