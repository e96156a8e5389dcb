package io.decisionstore.operators.validate;

/** A payload that does not conform to its schema; the message begins with the field's path. */
public final class InvalidPayloadException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidPayloadException(String path, String problem) {
    // A stack trace would cost more than the validation, and the path says where.
    super((path.isEmpty() ? "payload" : path) + ": " + problem, null, false, false);
  }
}
