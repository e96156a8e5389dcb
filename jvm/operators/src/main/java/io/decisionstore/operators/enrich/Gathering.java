package io.decisionstore.operators.enrich;

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
      case FIRST -> new First();
      case LAST -> new Last();
      case DISTINCT -> new Distinct();
      case LAST_K ->
          throw new IllegalArgumentException(
              "Enrichment %s.%s cannot be last_k: it is one value."
                  .formatted(enrichment.useCase(), enrichment.name()));
    };
  }

  /** Adds the argument's value of a decision; null is a value that is null, or no argument. */
  abstract void add(Object value);

  /** The value, or null where there is none. */
  abstract Object value();

  private static final class Count extends Gathering {
    private long count;

    @Override
    void add(Object value) {
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
    void add(Object value) {
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
    void add(Object value) {
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

  private static final class First extends Gathering {
    private boolean found;
    private Object first;

    @Override
    void add(Object value) {
      first = found ? first : value;
      found = true;
    }

    @Override
    Object value() {
      return first;
    }
  }

  private static final class Last extends Gathering {
    private Object last;

    @Override
    void add(Object value) {
      last = value;
    }

    @Override
    Object value() {
      return last;
    }
  }

  private static final class Distinct extends Gathering {
    private final Set<Object> values = new HashSet<>();

    @Override
    void add(Object value) {
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
