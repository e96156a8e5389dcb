package io.decisionstore.operators.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;
import io.decisionstore.operators.aggregate.ExactSum;
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
 * <p>In the state: the argument's value, if there is one (a byte for its type, then the value),
 * then what must be the same. Not for several threads.
 */
final class Contribution {
  /** The longest text that an argument may be, in characters; as of a variable. */
  private static final int MAX_TEXT = 2_048;

  /** What must be the same is kept as it is below this length, and as a digest of it above. */
  private static final int DIGEST = 16;

  private static final int NULL = 0;
  private static final int TEXT = 1;
  private static final int LONG = 2;
  private static final int DOUBLE = 3;
  private static final int FALSE = 4;
  private static final int TRUE = 5;

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
      writeValue(storable(value), scratch);
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
      writeValue(fields[position], scratch);
    }
    return scratch.length() < DIGEST ? scratch.copy() : digest(scratch.copy());
  }

  /** The argument's value; the reader then stands before what must be the same. */
  static Object readValue(ByteReader in) {
    int type = in.oneByte();
    return switch (type) {
      case NULL -> null;
      case TEXT -> in.text();
      case LONG -> in.signed();
      case DOUBLE -> Double.longBitsToDouble(in.eightBytes());
      case FALSE -> false;
      case TRUE -> true;
      default -> throw new IllegalStateException("The state of enrich has a value of type " + type);
    };
  }

  /** Reads over what {@link #readValue} would read. */
  static void skipValue(ByteReader in) {
    switch (in.oneByte()) {
      case TEXT -> in.skip((int) in.unsigned());
      case LONG -> in.signed();
      case DOUBLE -> in.skip(8);
      default -> {}
    }
  }

  private static void writeValue(Object value, ByteWriter out) {
    if (value instanceof String text) {
      out.oneByte(TEXT);
      out.text(text);
    } else if (value instanceof Long number) {
      out.oneByte(LONG);
      out.signed(number);
    } else if (value instanceof Double number) {
      out.oneByte(DOUBLE);
      out.eightBytes(Double.doubleToLongBits(number));
    } else if (value instanceof Boolean truth) {
      out.oneByte(truth ? TRUE : FALSE);
    } else {
      out.oneByte(NULL);
    }
  }

  /** As {@code storable} of {@code model/aggregation.py}. */
  private static Object storable(Object value) {
    if (value instanceof String text) {
      return text.length() > MAX_TEXT && text.codePointCount(0, text.length()) > MAX_TEXT
          ? null
          : text;
    }
    if (value instanceof Double number) {
      return Double.isFinite(number) ? (Object) ExactSum.storable(number) : null;
    }
    return value;
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
