package io.decisionstore.dynamodb.sink.capacity;

/**
 * How many requests of a writer may be open: more while answers do not take longer for it, fewer
 * when they do, half when DynamoDB refuses or fails (the idea is TCP Vegas').
 *
 * <p>Latencies are compared by their means over a round, not with the fastest answer ever seen:
 * DynamoDB's answers differ by a factor of two without any queue.
 */
final class Window {
  private static final int FIRST = 4;

  // Requests sent before a cut still come back refused; they are no reason for another.
  private static final long CUT_INTERVAL_MS = 100;

  /** Of the unloaded latency: below, one more a round; above the second, one less. */
  private static final double HOLDS = 1.25;

  private static final double QUEUES = 1.7;
  private static final double QUEUE_AT_LEAST = 3;
  private static final int ROUND_AT_LEAST = 10;

  /** The unloaded latency is measured anew so often, with few requests open for that moment. */
  private static final long FORGET_MS = 30_000;

  private static final long PROBE_MS = 100;

  /** Share of the last requests that failed. */
  private static final double FAILING = 0.1;

  private static final double FAILING_MEMORY = 1.0 / 32;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final int max;
  private double size;
  private double slowStartUntil;
  private long lastCut = NEVER;
  private double failing;
  private double unloaded;
  private long unloadedSince = NEVER;
  private long probingSince = NEVER;
  private double roundNanos;
  private int round;
  private int mostOpen;
  private double largest;

  Window(int max) {
    this.max = max;
    this.size = Math.min(FIRST, max);
    this.slowStartUntil = max;
  }

  int size() {
    int whole = (int) size;
    return probingSince == NEVER ? whole : Math.max(1, whole / 4);
  }

  /**
   * An answer came.
   *
   * @param sentAt when its request went
   * @param open requests that were open with it
   */
  void answered(long now, long sentAt, long nanos, int open) {
    failing -= FAILING_MEMORY * failing;
    mostOpen = Math.max(mostOpen, open);
    if (probingSince != NEVER && sentAt < probingSince) {
      return; // it waited with the many that were open before
    }
    round++;
    roundNanos += nanos;
    boolean over =
        probingSince == NEVER
            ? round >= Math.max(ROUND_AT_LEAST, size)
            : round >= ROUND_AT_LEAST || now - probingSince >= PROBE_MS;
    // Doubling goes on answer by answer; a round is too long for it.
    if (probingSince == NEVER && size < slowStartUntil && isUsed() && !queues(nanos)) {
      size = Math.min(max, size + 1);
    }
    if (over) {
      roundOver(now, roundNanos / round);
      round = 0;
      roundNanos = 0;
      mostOpen = open;
    }
  }

  private boolean queues(double nanos) {
    return unloaded > 0 && nanos > unloaded * 2 * QUEUES;
  }

  private void roundOver(long now, double nanos) {
    if (probingSince != NEVER) {
      unloaded = nanos;
      unloadedSince = now;
      probingSince = NEVER;
      return;
    }
    if (unloaded == 0 || nanos < unloaded) {
      unloaded = nanos;
      unloadedSince = now;
    }
    double queue = size * (1 - unloaded / nanos);
    if (nanos > unloaded * QUEUES && queue > QUEUE_AT_LEAST) {
      largest = Math.max(largest, size);
      size = Math.max(1, size - Math.max(1, size * 0.05));
      slowStartUntil = Math.min(slowStartUntil, size);
      if (size < largest / 2) { // it does not help: perhaps every answer takes longer now
        probingSince = now;
        largest = 0;
      }
    } else if (nanos <= unloaded * HOLDS && isUsed() && size >= slowStartUntil) {
      size = Math.min(max, size + 1);
    }
    if (now - unloadedSince >= FORGET_MS) {
      probingSince = now;
    }
  }

  /** A window that is not filled says nothing about a larger one. */
  private boolean isUsed() {
    return mostOpen >= size * 0.5;
  }

  /**
   * A request failed. One among many is an accident; only a service that keeps failing is asked
   * less.
   */
  void failed(long now) {
    failing += FAILING_MEMORY * (1 - failing);
    if (failing > FAILING) {
      cut(now);
    }
  }

  void cut(long now) {
    if (now - lastCut >= CUT_INTERVAL_MS) {
      size = Math.max(1, size / 2);
      slowStartUntil = size;
      lastCut = now;
    }
  }
}
