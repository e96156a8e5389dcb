package io.decisionstore.dynamodb.source.reader;

/** Time that passes only when the fetcher waits; a wait is over at once. */
final class SimulatedClock implements ReaderClock {
  private static final long FOR_EVER = 48 * 3_600_000L;

  private final long start;
  private long now;
  private boolean wokenUp;
  private boolean signalled;
  private long wakeUpAt = Long.MAX_VALUE;

  SimulatedClock(long now) {
    this.start = now;
    this.now = now;
  }

  /** Lets the fetcher return at a moment. */
  void wakeUpAt(long moment) {
    wakeUpAt = moment;
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public void await(long until) {
    if (signalled) {
      signalled = false;
      return;
    }
    now = Math.max(now, until);
    if (now - start > FOR_EVER) {
      throw new AssertionError("The fetcher waits for ever.");
    }
    if (now >= wakeUpAt) {
      wakeUpAt = Long.MAX_VALUE;
      wokenUp = true;
    }
  }

  @Override
  public void signal() {
    signalled = true;
  }

  @Override
  public void wakeUp() {
    wokenUp = true;
  }

  @Override
  public boolean takeWakeUp() {
    boolean woken = wokenUp;
    wokenUp = false;
    return woken;
  }
}
