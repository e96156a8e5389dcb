package io.decisionstore.operators.validate;

/** A part that breaks the contract; the message names the field. */
final class InvalidPartException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidPartException(String message) {
    // A stack trace would cost more than the validation, and the field says where.
    super(message, null, false, false);
  }
}
