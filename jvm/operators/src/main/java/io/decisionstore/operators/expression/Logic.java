package io.decisionstore.operators.expression;

/** {@code !}, {@code &&}, {@code ||} and {@code ?:}; null is no boolean, so they fail on it. */
final class Logic {
  private Logic() {}

  static Evaluator not(Evaluator operand) {
    return fields -> {
      Object value = operand.of(fields);
      return value instanceof Boolean known ? (Object) !known : Evaluator.FAILED;
    };
  }

  /**
   * {@code &&} and {@code ||}: a failure on one side counts only if the other does not decide. A
   * null is at once a failure of the whole.
   *
   * @param decision the value that decides alone: false for {@code &&}
   */
  static Evaluator decidedBy(Boolean decision, Evaluator left, Evaluator right) {
    return fields -> {
      Object first = left.of(fields);
      if (decision.equals(first)) {
        return decision;
      }
      if (first == null) {
        return Evaluator.FAILED;
      }
      Object second = right.of(fields);
      if (decision.equals(second)) {
        return decision;
      }
      boolean fails = second == null || first == Evaluator.FAILED;
      return fails ? Evaluator.FAILED : second;
    };
  }

  static Evaluator conditional(Evaluator condition, Evaluator first, Evaluator second) {
    return fields -> {
      Object value = condition.of(fields);
      if (value instanceof Boolean known) {
        return known ? first.of(fields) : second.of(fields);
      }
      return Evaluator.FAILED;
    };
  }
}
