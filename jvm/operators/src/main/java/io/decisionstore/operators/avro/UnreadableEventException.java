package io.decisionstore.operators.avro;

/** A value on a topic that is not an event; the message is the dead letter's reason. */
public final class UnreadableEventException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnreadableEventException(String reason) {
    super(reason);
  }

  public UnreadableEventException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
