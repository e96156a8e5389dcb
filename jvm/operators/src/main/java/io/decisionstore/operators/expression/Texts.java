package io.decisionstore.operators.expression;

import java.util.function.BiPredicate;

/** What strings can do; all of it fails on null. */
final class Texts {
  private Texts() {}

  static Evaluator joined(Evaluator left, Evaluator right) {
    return fields -> {
      if (left.of(fields) instanceof String one && right.of(fields) instanceof String other) {
        return one.concat(other);
      }
      return Evaluator.FAILED;
    };
  }

  static Evaluator startsWith(Evaluator text, Evaluator part) {
    return both(text, part, String::startsWith);
  }

  static Evaluator endsWith(Evaluator text, Evaluator part) {
    return both(text, part, String::endsWith);
  }

  static Evaluator contains(Evaluator text, Evaluator part) {
    return both(text, part, String::contains);
  }

  private static Evaluator both(
      Evaluator text, Evaluator part, BiPredicate<String, String> predicate) {
    return fields -> {
      if (text.of(fields) instanceof String one && part.of(fields) instanceof String other) {
        return predicate.test(one, other);
      }
      return Evaluator.FAILED;
    };
  }

  static Evaluator ofLong(Evaluator operand) {
    return fields -> {
      Object value = operand.of(fields);
      return value instanceof Long number ? (Object) number.toString() : Evaluator.FAILED;
    };
  }
}
