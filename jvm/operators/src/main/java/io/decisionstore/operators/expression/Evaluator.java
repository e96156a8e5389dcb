package io.decisionstore.operators.expression;

/**
 * A part of a checked expression, ready to run: it costs nanoseconds, where CEL's own interpreter
 * costs microseconds, and most of a decision's time would go there.
 */
@FunctionalInterface
interface Evaluator {
  /** Instead of a value: the expression fails. No exception, since {@code null > 1} is common. */
  Object FAILED = new Object();

  /** The String, Long, Double, Boolean or null for these fields, or {@link #FAILED}. */
  Object of(Object[] fields);
}
