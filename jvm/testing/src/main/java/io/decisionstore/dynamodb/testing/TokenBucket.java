package io.decisionstore.dynamodb.testing;

/**
 * Units that real time fills in, continuously. Full at first. Not safe for several threads: {@link
 * TableCapacity} holds its lock.
 */
final class TokenBucket {
  private double perSecond;
  private double depth;
  private double tokens;
  private long filledAt;

  /**
   * @param seconds of units it holds: 1, and what may be saved beyond that
   */
  TokenBucket(double perSecond, double seconds, long now) {
    this.perSecond = perSecond;
    this.depth = perSecond * seconds;
    this.tokens = depth;
    this.filledAt = now;
  }

  /** From now on another rate; what is saved stays as far as it still fits. */
  void set(double perSecond, double seconds, long now) {
    fill(now);
    this.perSecond = perSecond;
    this.depth = perSecond * seconds;
    this.tokens = Math.min(tokens, depth);
  }

  void fill(long now) {
    if (now > filledAt) {
      tokens = Math.min(depth, tokens + (now - filledAt) * 1e-9 * perSecond);
      filledAt = now;
    }
  }

  /** Whether it has these units; of more than it can ever hold, whether it is full. */
  boolean has(double units) {
    return tokens >= Math.min(units, depth) && depth > 0;
  }

  /** What was taken beyond the last unit has to be filled in first. */
  void take(double units) {
    tokens -= units;
  }
}
