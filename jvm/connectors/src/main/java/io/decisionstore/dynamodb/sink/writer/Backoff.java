package io.decisionstore.dynamodb.sink.writer;

import java.util.random.RandomGenerator;

/**
 * Waits between attempts: doubling from a first one to five seconds, each shortened at random to
 * between half and all of it, so that what was refused together does not come back together.
 */
final class Backoff {
  private static final long LONGEST_MS = 5_000;

  private final RandomGenerator random;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The wait in ms.
   *
   * @param firstMs after the first failure
   * @param attempts failed so far, from 1
   */
  long delay(long firstMs, int attempts) {
    long full = Math.min(LONGEST_MS, firstMs << Math.min(attempts - 1, 16));
    return Math.max(1, Math.round(full * (0.5 + random.nextDouble() / 2)));
  }
}
