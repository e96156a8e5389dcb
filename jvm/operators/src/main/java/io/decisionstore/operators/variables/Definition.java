package io.decisionstore.operators.variables;

import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import io.decisionstore.operators.plan.VariablesPlan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A variable as its state knows it.
 *
 * @param id its name and a digest of its declaration: state of another declaration is not its own
 */
record Definition(
    String id,
    Aggregate aggregate,
    Long windowMs,
    long hopMs,
    ValueType type,
    List<ValueType> attributes) {

  /** The variables of an entity, in their order. */
  static List<Definition> of(VariablesPlan.Entity entity) {
    List<Definition> definitions = new ArrayList<>();
    for (VariablesPlan.Variable variable : entity.variables()) {
      definitions.add(
          new Definition(
              variable.name() + "#" + digest(canonical(entity.key(), variable)),
              variable.aggregate(),
              variable.windowMs(),
              variable.hopMs(),
              variable.type(),
              List.copyOf(variable.attributes().values())));
    }
    return definitions;
  }

  /** What the state depends on, in a form that is ours to keep: another text is another state. */
  private static String canonical(List<VariablesPlan.Key> keys, VariablesPlan.Variable variable) {
    StringBuilder text = new StringBuilder();
    keys.forEach(key -> field(field(text, key.name()), key.expression()));
    field(text.append(';'), variable.aggregate().name());
    variable
        .arguments()
        .forEach(one -> field(field(field(text, one.name()), one.expression()), one.type().name()));
    field(text.append(';'), variable.where());
    field(text, variable.windowMs());
    field(text, variable.hopMs());
    return field(text, variable.type().name()).toString();
  }

  /** A value with its length before it, so that no two declarations meet; null is its own. */
  private static StringBuilder field(StringBuilder text, Object value) {
    if (value == null) {
      return text.append("-,");
    }
    String string = value.toString();
    return text.append(string.length()).append(':').append(string).append(',');
  }

  long bucket(long eventTime) {
    return Math.floorDiv(eventTime, hopMs);
  }

  /** The moment from which a bucket counts no longer. */
  long end(long bucket) {
    if (windowMs == null || bucket >= (Long.MAX_VALUE - windowMs) / hopMs - 1) {
      return Long.MAX_VALUE;
    }
    return (bucket + 1) * hopMs + windowMs;
  }

  /** The bucket that ends at a moment; null when none does. */
  Long bucketEndingAt(long time) {
    if (windowMs == null || Math.floorMod(time - windowMs, hopMs) != 0) {
      return null;
    }
    return (time - windowMs) / hopMs - 1;
  }

  private static String digest(String declaration) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(declaration.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has SHA-256
    }
  }
}
