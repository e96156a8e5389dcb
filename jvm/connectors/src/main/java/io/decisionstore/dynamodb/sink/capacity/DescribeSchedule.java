package io.decisionstore.dynamodb.sink.capacity;

import java.util.random.RandomGenerator;

/**
 * When a process asks the table about itself: rarely, and often while the answer may change
 * something. DescribeTable costs nothing, but its rate is limited for the whole account.
 */
final class DescribeSchedule {
  private static final long QUIET_MS = 60_000;
  private static final long URGENT_MS = 5_000;

  /** After a cut: what the table says may be another number already. */
  private static final long AFTER_CUT_MS = 1_000;

  private static final long FORBIDDEN_MS = 600_000;
  private static final long PATIENCE_MS = 15_000;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final RandomGenerator random;
  private Object asking;
  private long askedAt = NEVER;
  private long notBefore = NEVER;
  private double jitter = 1;
  private boolean cut;
  private long lastCut = NEVER;

  DescribeSchedule(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Whether that writer is to ask now.
   *
   * @param urgent whether writers are held back or refused
   */
  boolean isDue(Object writer, long now, boolean urgent) {
    if (now < notBefore) {
      return false;
    }
    long interval =
        asking != null
            ? PATIENCE_MS // it may be a writer that is gone
            : cut ? AFTER_CUT_MS : (long) ((urgent ? URGENT_MS : QUIET_MS) * jitter);
    if (now - askedAt < interval) {
      return false;
    }
    asking = writer;
    askedAt = now;
    cut = false;
    // Processes that started together must not ask together for ever.
    jitter = 0.8 + 0.2 * random.nextDouble();
    return true;
  }

  /** The pace was cut. */
  void cut(long now) {
    if (now - lastCut >= QUIET_MS / 2) { // a pace that feels for its limit is cut all the time
      cut = true;
      lastCut = now;
    }
  }

  void answered() {
    asking = null;
  }

  void failed(long now, boolean forbidden) {
    asking = null;
    cut = false;
    if (forbidden) {
      notBefore = now + FORBIDDEN_MS;
    }
  }

  /** That writer will not bring its answer. */
  void left(Object writer) {
    if (asking == writer) {
      asking = null;
      askedAt = NEVER;
    }
  }
}
