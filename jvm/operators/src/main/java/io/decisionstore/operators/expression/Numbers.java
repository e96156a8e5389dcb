package io.decisionstore.operators.expression;

import java.util.function.DoubleBinaryOperator;

/**
 * Arithmetic; it fails on null, and on longs also when the result is none: overflow, division by
 * zero.
 */
final class Numbers {
  private Numbers() {}

  /** On two longs; null is a failure. */
  @FunctionalInterface
  private interface LongOperation {
    Long of(long left, long right);
  }

  static Evaluator sumOfLongs(Evaluator left, Evaluator right) {
    return longs(
        left,
        right,
        (one, other) -> {
          long sum = one + other;
          boolean overflow = ((one ^ sum) & (other ^ sum)) < 0; // both of the other sign than it
          return overflow ? null : (Long) sum;
        });
  }

  static Evaluator differenceOfLongs(Evaluator left, Evaluator right) {
    return longs(
        left,
        right,
        (one, other) -> {
          long difference = one - other;
          boolean overflow = ((one ^ other) & (one ^ difference)) < 0;
          return overflow ? null : (Long) difference;
        });
  }

  static Evaluator productOfLongs(Evaluator left, Evaluator right) {
    return longs(
        left,
        right,
        (one, other) -> {
          long product = one * other;
          boolean overflow = Math.multiplyHigh(one, other) != product >> 63;
          return overflow ? null : (Long) product;
        });
  }

  static Evaluator quotientOfLongs(Evaluator left, Evaluator right) {
    return longs(
        left,
        right,
        (one, other) -> {
          boolean none = other == 0 || (one == Long.MIN_VALUE && other == -1);
          return none ? null : (Long) (one / other);
        });
  }

  static Evaluator remainderOfLongs(Evaluator left, Evaluator right) {
    return longs(left, right, (one, other) -> other == 0 ? null : (Long) (one % other));
  }

  private static Evaluator longs(Evaluator left, Evaluator right, LongOperation operation) {
    return fields -> {
      if (left.of(fields) instanceof Long one && right.of(fields) instanceof Long other) {
        Long result = operation.of(one, other);
        return result == null ? Evaluator.FAILED : result;
      }
      return Evaluator.FAILED;
    };
  }

  static Evaluator sumOfDoubles(Evaluator left, Evaluator right) {
    return doubles(left, right, Double::sum);
  }

  static Evaluator differenceOfDoubles(Evaluator left, Evaluator right) {
    return doubles(left, right, (one, other) -> one - other);
  }

  static Evaluator productOfDoubles(Evaluator left, Evaluator right) {
    return doubles(left, right, (one, other) -> one * other);
  }

  static Evaluator quotientOfDoubles(Evaluator left, Evaluator right) {
    return doubles(left, right, (one, other) -> one / other);
  }

  private static Evaluator doubles(
      Evaluator left, Evaluator right, DoubleBinaryOperator operation) {
    return fields -> {
      if (left.of(fields) instanceof Double one && right.of(fields) instanceof Double other) {
        return operation.applyAsDouble(one, other);
      }
      return Evaluator.FAILED;
    };
  }

  static Evaluator doubleOfLong(Evaluator operand) {
    return fields -> {
      Object value = operand.of(fields);
      return value instanceof Long number ? (Object) number.doubleValue() : Evaluator.FAILED;
    };
  }
}
