package io.decisionstore.dynamodb.sink.config;

import java.io.Serializable;

/**
 * What a subtask holds and does at once, at the most.
 *
 * @param inFlightRequests requests open at once
 * @param batchSize items of a BatchWriteItem request
 * @param timeInBufferMs how long an item waits for others while other requests are open
 * @param bufferedItems items held until DynamoDB has them; then the input waits
 * @param bufferedBytes bytes of these items
 */
public record Limits(
    int inFlightRequests, int batchSize, long timeInBufferMs, int bufferedItems, long bufferedBytes)
    implements Serializable {

  /** What BatchWriteItem takes in one request. */
  public static final int BATCH_LIMIT = 25;

  public static final Limits DEFAULT = new Limits(50, BATCH_LIMIT, 5, 10_000, 64L << 20);

  public Limits {
    refuseIf(inFlightRequests < 1, "At least one request must be in flight.");
    refuseIf(
        batchSize < 1 || batchSize > BATCH_LIMIT,
        "A batch has 1 to %d items, not %d.".formatted(BATCH_LIMIT, batchSize));
    refuseIf(timeInBufferMs < 1, "An item waits in the buffer for at least 1 ms.");
    refuseIf(
        bufferedItems < batchSize,
        "The buffer of %d items does not hold a batch of %d.".formatted(bufferedItems, batchSize));
    refuseIf(
        bufferedBytes < 1 << 20,
        "The buffer takes at least 1 MB, so that the largest item fits, not %d bytes."
            .formatted(bufferedBytes));
  }

  private static void refuseIf(boolean wrong, String sentence) {
    if (wrong) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
