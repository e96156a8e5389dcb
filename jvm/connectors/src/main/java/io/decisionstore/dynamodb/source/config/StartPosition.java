package io.decisionstore.dynamodb.source.config;

/** Where a source without a checkpoint begins. */
public enum StartPosition {
  /** The oldest record the stream still has (up to 24 hours). */
  TRIM_HORIZON,
  /**
   * What is written after the source has started; shards that appear later are read from their
   * start.
   */
  LATEST
}
