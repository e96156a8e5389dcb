package io.decisionstore.dynamodb.source.client;

/** DynamoDB Streams did not do what it was asked; the message is for the person who can act. */
public final class StreamsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is to be done about it. */
  public enum Kind {
    /** The position is older than the oldest record that is left. */
    TRIMMED,
    /** There is no such stream or shard (any more). */
    NOT_FOUND,
    /** The iterator is older than 15 minutes; a new one goes on from the last record. */
    EXPIRED_ITERATOR,
    /** Asked too often: ask again, less often. */
    THROTTLED,
    /** Passes by itself: a server's fault, a timeout, a cut connection. */
    TRANSIENT,
    /** Does not pass by itself: credentials, permissions, an impossible request. */
    FATAL
  }

  private final Kind kind;

  public StreamsException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether asking again may help. */
  public boolean passes() {
    return kind == Kind.THROTTLED || kind == Kind.TRANSIENT;
  }
}
