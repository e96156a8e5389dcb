package io.decisionstore.dynamodb.source.enumerator;

/**
 * Keeps the DescribeStream calls of a source at 8 in any second: an account has 10, and others need
 * some.
 *
 * <p>A listing of many pages is known to have been one only afterwards; the limiter then lets the
 * next call wait until the average is right again.
 */
final class CallLimiter {
  private static final double PER_SECOND = 6;
  private static final double AT_ONCE = 2;

  private double permits = AT_ONCE;
  private long countedAt = Long.MIN_VALUE;
  private long calls;

  /** How long the next call must wait; 0 if it may be made. */
  long waitMillis(long now) {
    refill(now);
    return permits >= 1 ? 0 : (long) Math.ceil((1 - permits) * 1_000 / PER_SECOND);
  }

  /** So many calls are being made, or turned out to have been made. */
  void spend(long now, int count) {
    refill(now);
    permits -= count;
    calls += count;
  }

  /** All calls so far. */
  long calls() {
    return calls;
  }

  private void refill(long now) {
    if (countedAt != Long.MIN_VALUE && now > countedAt) {
      permits = Math.min(AT_ONCE, permits + (now - countedAt) * PER_SECOND / 1_000);
    }
    countedAt = countedAt == Long.MIN_VALUE ? now : Math.max(countedAt, now);
  }
}
