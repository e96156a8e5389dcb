package io.decisionstore.operators.variables;

import io.decisionstore.operators.expression.Expression;
import io.decisionstore.operators.expression.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The expressions of a plan over one event after the other: each different one is evaluated once an
 * event, when it is first asked for. Not for several threads.
 */
final class Evaluation {
  /** What an expression is that fails on the event. */
  static final Object FAILED = Expression.FAILED;

  private static final Object NULL = new Object();

  private final Expression[] expressions;
  private Object[] values; // null: not evaluated yet; NULL: it is null
  private Object[] fields;

  private Evaluation(List<Expression> expressions) {
    this.expressions = expressions.toArray(Expression[]::new);
  }

  /**
   * Goes to the next event. An array that lived on would cost more than a new one: with each
   * reference from an old object to a new one G1 has to remember where it is.
   */
  void begin(Object[] next) {
    fields = next;
    values = new Object[expressions.length];
  }

  /** The value: a String, Long, Double, Boolean, null, or {@link #FAILED}. */
  Object value(int expression) {
    Object value = values[expression];
    if (value == null) {
      value = expressions[expression].valueOrFailed(fields);
      values[expression] = value == null ? NULL : value;
    }
    return value == NULL ? null : value;
  }

  Object valueOrNull(int expression) {
    Object value = value(expression);
    return value == FAILED ? null : value;
  }

  boolean matches(int expression) {
    return Boolean.TRUE.equals(value(expression));
  }

  /** Collects the expressions of a plan. */
  static final class Builder {
    private final Map<String, ValueType> fields;
    private final Map<String, Integer> positions = new LinkedHashMap<>();
    private final List<Expression> expressions = new ArrayList<>();

    Builder(Map<String, ValueType> fields) {
      this.fields = fields;
    }

    /**
     * Adds an expression, if it is not there.
     *
     * @return by which it is asked for
     * @throws IllegalArgumentException it does not compile, or is of another type
     */
    int of(String source, ValueType type) {
      Integer known = positions.get(type + source);
      if (known != null) {
        return known;
      }
      expressions.add(Expression.compile(source, fields, type));
      positions.put(type + source, expressions.size() - 1);
      return expressions.size() - 1;
    }

    /** Adds what a part of a key is, whatever it may be: its type is not in the plan. */
    int ofAnyKeyType(String source) {
      IllegalArgumentException refused = null;
      for (ValueType type : List.of(ValueType.STRING, ValueType.LONG, ValueType.BOOLEAN)) {
        try {
          return of(source, type);
        } catch (IllegalArgumentException other) {
          refused = other;
        }
      }
      throw refused;
    }

    Evaluation build() {
      return new Evaluation(expressions);
    }
  }
}
