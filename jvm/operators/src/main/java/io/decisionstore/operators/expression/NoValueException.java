package io.decisionstore.operators.expression;

/** An expression failed on an event: it has no value. */
public final class NoValueException extends Exception {
  private static final long serialVersionUID = 1L;

  NoValueException(String expression) {
    super(expression, null, false, false); // an answer, not an error: no stack is filled in
  }
}
