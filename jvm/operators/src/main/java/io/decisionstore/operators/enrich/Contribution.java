package io.decisionstore.operators.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.decisionstore.operators.aggregate.Arguments;
import io.decisionstore.operators.aggregate.ByteWriter;
import io.decisionstore.operators.expression.Expression;
import io.decisionstore.operators.expression.NoValueException;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.DecisionEventsPlan.Enrichment;
import io.decisionstore.operators.plan.PlanArgument;
import io.decisionstore.operators.plan.PlanField;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What decisions contribute to enrichments: whether one counts, the value of the argument, and the
 * values in which decisions must equal each other.
 *
 * <p>Evaluated once a decision and kept in the state, so that a look at the past evaluates nothing.
 * Enrichments that differ in aggregate and window only share it; and so one that is added finds
 * what another of the same condition, argument and fields has kept.
 *
 * <p>In the state: the argument's value, if there is one, then what must be the same, both as
 * {@link Arguments} writes them. Not for several threads.
 */
final class Contribution {
  /** What must be the same is kept as it is below this length, and as a digest of it above. */
  private static final int DIGEST = 16;

  private static final byte[] NOTHING = new byte[0];

  private final int id;
  private final Expression where;
  private final Expression argument;
  private final int[] same;
  private final ByteWriter scratch = new ByteWriter();

  /** Of an enrichment over fields; {@link ContributionIds} gives the id. */
  Contribution(int id, Enrichment enrichment, List<PlanField> fields) {
    Map<String, ValueType> types = PlanField.types(fields);
    this.id = id;
    where =
        enrichment.where() == null
            ? null
            : Expression.compile(enrichment.where(), types, ValueType.BOOLEAN);
    PlanArgument declared = enrichment.arguments().isEmpty() ? null : enrichment.arguments().get(0);
    argument =
        declared == null ? null : Expression.compile(declared.expression(), types, declared.type());
    List<String> names = new ArrayList<>(types.keySet());
    same = enrichment.same().stream().mapToInt(names::indexOf).toArray();
    if (Arrays.stream(same).anyMatch(position -> position < 0)) {
      throw new IllegalArgumentException(
          "Enrichment %s.%s wants the same %s, and there is no such field."
              .formatted(enrichment.useCase(), enrichment.name(), enrichment.same()));
    }
  }

  boolean hasArgument() {
    return argument != null;
  }

  /** Writes what a decision of these fields contributes; nothing if it does not count. */
  void write(Object[] fields, ByteWriter out) {
    if (where != null && !where.matches(fields)) {
      return;
    }
    byte[] equal = same(fields);
    scratch.clear();
    if (argument != null) {
      Object value;
      try {
        value = argument.value(fields);
      } catch (NoValueException none) {
        return;
      }
      Arguments.write(scratch, Arguments.storable(value));
    }
    scratch.raw(equal, 0, equal.length);
    out.fourBytes(id);
    out.framed(scratch.bytes(), 0, scratch.length());
  }

  /** In what a decision of these fields must equal others; equal bytes are equal values. */
  byte[] same(Object[] fields) {
    if (same.length == 0) {
      return NOTHING;
    }
    scratch.clear();
    for (int position : same) {
      Arguments.write(scratch, fields[position]);
    }
    return scratch.length() < DIGEST ? scratch.copy() : digest(scratch.copy());
  }

  static byte[] digest(byte[] bytes) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bytes), DIGEST);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has it
    }
  }

  static byte[] digest(String text) {
    return digest(text.getBytes(UTF_8));
  }
}
