package io.decisionstore.dynamodb.source.config;

import java.io.Serializable;

/**
 * A moment of a stream, where a source without a checkpoint begins or a bounded one ends.
 *
 * @param kind which moment
 * @param atMillis epoch milliseconds of {@link Kind#TIMESTAMP}, else 0
 */
public record StreamPosition(Kind kind, long atMillis) implements Serializable {

  /** The moments a stream knows. */
  public enum Kind {
    /** The oldest record the stream still has (up to 24 hours). */
    TRIM_HORIZON,
    /** The moment at which the job starts. */
    LATEST,
    /** A moment by the stream's clock, which counts in seconds. */
    TIMESTAMP
  }
}
