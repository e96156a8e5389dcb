package io.decisionstore.dynamodb.sink.rejected;

import io.decisionstore.dynamodb.sink.item.RejectedRow;

/** Where a writer tells of rows that can never be written. Lives in the task's thread. */
@FunctionalInterface
public interface Rejections {

  /**
   * The row is not written, and not tried again.
   *
   * @throws IllegalStateException with a sentence: the job goes no further
   */
  void reject(RejectedRow row);
}
