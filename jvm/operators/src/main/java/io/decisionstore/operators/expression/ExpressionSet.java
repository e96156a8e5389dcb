package io.decisionstore.operators.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The expressions of a whole plan: variables share conditions and arguments, so each distinct one
 * is evaluated once an event, and only if it is asked for. Not for several threads.
 */
public final class ExpressionSet {
  private static final Object UNKNOWN = new Object();

  private record Written(String source, ValueType type) {}

  private final Map<String, ValueType> fields;
  private final Map<Written, Integer> numbers = new HashMap<>();
  private final List<Expression> expressions = new ArrayList<>();
  private Object[] values = new Object[0];
  private Object[] event;

  /**
   * An empty set.
   *
   * @param fields what the expressions may name; every field may be null
   */
  public ExpressionSet(Map<String, ValueType> fields) {
    this.fields = fields;
  }

  /**
   * Adds an expression and answers its number; what is there already keeps the one it has.
   *
   * @throws IllegalArgumentException it does not compile, or is of another type
   */
  public int add(String source, ValueType expected) {
    return numbers.computeIfAbsent(
        new Written(source, expected),
        written -> {
          expressions.add(Expression.compile(source, fields, expected));
          values = new Object[expressions.size()];
          return values.length - 1;
        });
  }

  /** From here on the expressions are about this event: fields as {@link Expression#value}. */
  public void on(Object[] event) {
    this.event = event;
    Arrays.fill(values, UNKNOWN);
  }

  /** Whether an expression has no value on the event: it fails. */
  public boolean fails(int number) {
    return evaluated(number) == Evaluator.FAILED;
  }

  /** The value on the event: a String, Long, Double, Boolean or null; null also where it fails. */
  public Object value(int number) {
    Object value = evaluated(number);
    return value == Evaluator.FAILED ? null : value;
  }

  /** The value on the event as a condition. */
  public boolean matches(int number) {
    return Boolean.TRUE.equals(evaluated(number));
  }

  private Object evaluated(int number) {
    Object value = values[number];
    if (value == UNKNOWN) {
      value = expressions.get(number).evaluated(event);
      values[number] = value;
    }
    return value;
  }
}
