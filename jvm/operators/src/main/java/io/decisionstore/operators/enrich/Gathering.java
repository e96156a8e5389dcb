package io.decisionstore.operators.enrich;

import io.decisionstore.operators.aggregate.Arguments;
import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ExactSum;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.DecisionEventsPlan.Enrichment;
import java.util.HashSet;
import java.util.Set;

/**
 * One enrichment in the making, over the decisions that count for it, oldest first; the same as
 * {@code model/aggregation.py}.
 */
abstract class Gathering {
  /**
   * An empty one.
   *
   * @throws IllegalArgumentException an enrichment has no such aggregate
   */
  static Gathering of(Enrichment enrichment) {
    boolean whole = enrichment.type() == ValueType.LONG;
    return switch (enrichment.aggregate()) {
      case COUNT -> new Count();
      case SUM -> new Sum(whole);
      case AVG -> new Average();
      case MIN -> new Extreme(-1);
      case MAX -> new Extreme(1);
      case FIRST -> new OneOf(true);
      case LAST -> new OneOf(false);
      case DISTINCT -> new Distinct();
      case LAST_K ->
          throw new IllegalArgumentException(
              "Enrichment %s.%s cannot be last_k: it is one value."
                  .formatted(enrichment.useCase(), enrichment.name()));
    };
  }

  /**
   * Adds a decision.
   *
   * @param bytes the state
   * @param argument where the argument's value is in it, if the aggregate has one
   */
  abstract void add(byte[] bytes, int argument);

  /** The value, or null where there is none. */
  abstract Object value();

  private static Object read(byte[] bytes, int argument) {
    return Arguments.read(new ByteReader(bytes, argument, bytes.length));
  }

  private static final class Count extends Gathering {
    private long count;

    @Override
    void add(byte[] bytes, int argument) {
      count++;
    }

    @Override
    Object value() {
      return count;
    }
  }

  private static class Sum extends Gathering {
    private final boolean whole;
    final ExactSum sum = new ExactSum();
    long count;

    Sum(boolean whole) {
      this.whole = whole;
    }

    @Override
    void add(byte[] bytes, int argument) {
      Object value = read(bytes, argument);
      if (value instanceof Long number) {
        sum.add(number);
        count++;
      } else if (value instanceof Double number) {
        sum.add(number);
        count++;
      }
    }

    @Override
    Object value() {
      return whole ? (Object) sum.toLong() : (Object) sum.toDouble();
    }
  }

  private static final class Average extends Sum {
    Average() {
      super(false);
    }

    @Override
    Object value() {
      return count == 0 ? null : sum.average(count);
    }
  }

  private static final class Extreme extends Gathering {
    private final int sign;
    private Object extreme;

    /** The least (-1) or the greatest (1). */
    Extreme(int sign) {
      this.sign = sign;
    }

    @Override
    void add(byte[] bytes, int argument) {
      Object value = read(bytes, argument);
      if (value != null && (extreme == null || sign * compare(value, extreme) > 0)) {
        extreme = value;
      }
    }

    private static int compare(Object value, Object other) {
      return value instanceof Long number
          ? Long.compare(number, (Long) other)
          : Double.compare((Double) value, (Double) other);
    }

    @Override
    Object value() {
      return extreme;
    }
  }

  /** Of the first or last decision; only its value is read. */
  private static final class OneOf extends Gathering {
    private final boolean first;
    private byte[] found;
    private int place;

    OneOf(boolean first) {
      this.first = first;
    }

    @Override
    void add(byte[] bytes, int argument) {
      if (found == null || !first) {
        found = bytes;
        place = argument;
      }
    }

    @Override
    Object value() {
      return found == null ? null : read(found, place);
    }
  }

  private static final class Distinct extends Gathering {
    private final Set<Object> values = new HashSet<>();

    @Override
    void add(byte[] bytes, int argument) {
      Object value = read(bytes, argument);
      if (value != null) {
        values.add(value);
      }
    }

    @Override
    Object value() {
      return (long) values.size();
    }
  }
}
