package io.decisionstore.operators.expression;

/** Equality, for which null is a value, and the order of numbers, which fails on it. */
final class Comparisons {
  private Comparisons() {}

  /** An operator, by what it says of a number less than, equal to and greater than another. */
  enum Order {
    LESS(true, false, false),
    LESS_OR_EQUAL(true, true, false),
    GREATER(false, false, true),
    GREATER_OR_EQUAL(false, true, true);

    private final boolean less;
    private final boolean equal;
    private final boolean greater;

    Order(boolean less, boolean equal, boolean greater) {
      this.less = less;
      this.equal = equal;
      this.greater = greater;
    }
  }

  /**
   * {@code ==} and {@code !=}.
   *
   * @param doubles two doubles, for which -0.0 is 0.0
   * @param whenEqual false for {@code !=}
   */
  static Evaluator equal(Evaluator left, Evaluator right, boolean doubles, boolean whenEqual) {
    Boolean equal = whenEqual;
    Boolean different = !whenEqual;
    return fields -> {
      Object first = left.of(fields);
      Object second = right.of(fields);
      if (first == Evaluator.FAILED || second == Evaluator.FAILED) {
        return Evaluator.FAILED;
      }
      return same(first, second, doubles) ? equal : different;
    };
  }

  private static boolean same(Object first, Object second, boolean doubles) {
    if (first == second) {
      return true; // as CEL: also what is not a number is itself
    }
    if (first == null || second == null) {
      return false;
    }
    return doubles
        ? ((Double) first).doubleValue() == ((Double) second).doubleValue()
        : first.equals(second);
  }

  /** {@code in} a list of literals. */
  static Evaluator in(Evaluator left, Object[] items) {
    return fields -> {
      Object value = left.of(fields);
      if (value == Evaluator.FAILED) {
        return Evaluator.FAILED;
      }
      for (Object item : items) {
        if (same(item, value, item instanceof Double)) {
          return Boolean.TRUE;
        }
      }
      return Boolean.FALSE;
    };
  }

  static Evaluator ofLongs(Order order, Evaluator left, Evaluator right) {
    Boolean less = order.less;
    Boolean equal = order.equal;
    Boolean greater = order.greater;
    return fields -> {
      if (left.of(fields) instanceof Long first && right.of(fields) instanceof Long second) {
        long one = first;
        long other = second;
        return one < other ? less : one == other ? equal : greater;
      }
      return Evaluator.FAILED;
    };
  }

  static Evaluator ofDoubles(Order order, Evaluator left, Evaluator right) {
    Boolean less = order.less;
    Boolean equal = order.equal;
    Boolean greater = order.greater;
    return fields -> {
      if (left.of(fields) instanceof Double first && right.of(fields) instanceof Double second) {
        double one = first;
        double other = second;
        if (one < other) {
          return less;
        }
        if (one == other) {
          return equal;
        }
        return one > other ? greater : Boolean.FALSE; // what is not a number is in no order
      }
      return Evaluator.FAILED;
    };
  }
}
