package io.decisionstore.dynamodb.sink.writer;

/**
 * How many requests may be open: halved when DynamoDB refuses, and slowly up again while it takes
 * all (additive increase, multiplicative decrease, as TCP does).
 */
final class CongestionWindow {
  // Requests sent before a cut still come back refused; they are no reason for another.
  private static final long CUT_INTERVAL_MS = 100;

  private final int max;
  private double size;
  private long lastCut = -CUT_INTERVAL_MS;

  CongestionWindow(int max) {
    this.max = max;
    this.size = max;
  }

  int size() {
    return (int) size;
  }

  void accepted() {
    size = Math.min(max, size + 1 / size);
  }

  void refused(long now) {
    if (now - lastCut >= CUT_INTERVAL_MS) {
      size = Math.max(1, size / 2);
      lastCut = now;
    }
  }
}
