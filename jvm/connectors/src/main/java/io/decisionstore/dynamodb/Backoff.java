package io.decisionstore.dynamodb;

import java.util.random.RandomGenerator;

/**
 * Waits between attempts: doubling from a first one to a longest, each shortened at random to
 * between half and all of it, so that what was refused together does not come back together.
 */
public final class Backoff {
  private final RandomGenerator random;
  private final long longestMs;

  public Backoff(RandomGenerator random, long longestMs) {
    this.random = random;
    this.longestMs = longestMs;
  }

  /**
   * The wait in ms.
   *
   * @param firstMs after the first failure
   * @param attempts failed so far, from 1
   */
  public long delay(long firstMs, int attempts) {
    long full = Math.min(longestMs, firstMs << Math.min(attempts - 1, 16));
    return Math.max(1, Math.round(full * (0.5 + random.nextDouble() / 2)));
  }
}
