package io.decisionstore.dynamodb.source.config;

/** What happens when records can no longer be read. */
public enum LossPolicy {
  /** The job fails and says what is lost and what to do. */
  FAIL,
  /** The gap is counted and logged as an error, and reading goes on behind it. */
  CONTINUE
}
