package io.decisionstore.dynamodb.testing;

import java.time.Clock;
import java.time.Duration;

/**
 * The server's time: a clock that can be stopped and moved on. Expiry, trimming and the records'
 * creation times follow it; latency does not, which is always real time.
 */
public final class ServerClock {
  private final Clock clock;
  private long offset;
  private Long frozenAt;

  ServerClock(Clock clock) {
    this.clock = clock;
  }

  /** Epoch milliseconds. */
  public synchronized long millis() {
    return (frozenAt == null ? clock.millis() : frozenAt) + offset;
  }

  /** Moves on at once, whether frozen or not. */
  public synchronized void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException(
          "Time moves on only: advance by 0 or more, not " + by + ".");
    }
    offset += by.toMillis();
  }

  /** Stops: from now on only {@link #advance} moves time. */
  public synchronized void freeze() {
    if (frozenAt == null) {
      frozenAt = clock.millis();
    }
  }

  /** Runs again, from where it was stopped. */
  public synchronized void resume() {
    if (frozenAt != null) {
      offset -= clock.millis() - frozenAt;
      frozenAt = null;
    }
  }
}
