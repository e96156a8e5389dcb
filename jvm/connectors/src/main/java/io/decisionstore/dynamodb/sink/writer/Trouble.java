package io.decisionstore.dynamodb.sink.writer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says so in the log when refusals last, and when they are over. */
final class Trouble {
  private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);
  private static final long QUIET_MS = 10_000;
  private static final long REPEAT_MS = 60_000;
  private static final long NEVER = Long.MIN_VALUE;

  private final String table;
  private long since = NEVER;
  private long lastSaid = NEVER;

  Trouble(String table) {
    this.table = table;
  }

  /** A request was refused. */
  void refused(long now, int waiting, String reason) {
    if (since == NEVER) {
      since = now;
    }
    boolean sayAgain = lastSaid == NEVER || now - lastSaid >= REPEAT_MS;
    if (now - since >= QUIET_MS && sayAgain) {
      lastSaid = now;
      LOG.warn(
          "The table {} has not taken all writes for {} s, and {} items wait here; they are tried again until it does. The last reason: {}.",
          table,
          (now - since) / 1000,
          waiting,
          reason);
    }
  }

  /** Nothing waits to be tried again. */
  void over(long now) {
    if (lastSaid != NEVER) {
      LOG.info("The table {} takes all writes again, after {} s.", table, (now - since) / 1000);
    }
    since = NEVER;
    lastSaid = NEVER;
  }
}
