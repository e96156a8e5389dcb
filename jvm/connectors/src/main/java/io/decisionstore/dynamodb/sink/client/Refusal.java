package io.decisionstore.dynamodb.sink.client;

import java.util.concurrent.CompletionException;

/**
 * What a failed request means for its items.
 *
 * @param reason the service's own short reason, without a full stop
 * @param cause for logs
 */
public record Refusal(Kind kind, String reason, Throwable cause) {

  /** What to do about it. */
  public enum Kind {
    /** The table, or an index, takes no more in this second; nothing was written. */
    TABLE_THROTTLED,
    /** A partition takes no more in this second; nothing was written. */
    PARTITION_THROTTLED,
    /** Throttled, and DynamoDB does not say where; nothing was written. */
    THROTTLED,
    /** A server's error, a timeout, a cut connection: the items may have been written. */
    UNAVAILABLE,
    /** Something is wrong with an item of the request; trying again does not help. */
    REJECTED,
    /** This role may not do it; {@code reason} is a whole sentence. */
    FORBIDDEN,
    /** Nothing can be written: no table, no credentials; {@code reason} is a whole sentence. */
    FATAL
  }

  /** What a failed future of a {@link TableClient} means. */
  public static Refusal of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof WriteFailure told
        ? told.refusal()
        : new Refusal(Kind.FATAL, "The sink met a defect of its own: " + cause, cause);
  }

  public boolean isThrottling() {
    return kind == Kind.TABLE_THROTTLED
        || kind == Kind.PARTITION_THROTTLED
        || kind == Kind.THROTTLED;
  }
}
