package io.decisionstore.dynamodb.testing;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Writes records in real time, every millisecond what is due, the shards evenly out of step. */
final class LiveWriter extends Thread {
  private static final long TICK_NANOS = 1_000_000;

  private final List<LiveShard> shards;
  private final double recordsPerSecond;

  LiveWriter(String table, List<LiveShard> shards, double recordsPerSecond) {
    super("live " + table);
    this.shards = shards;
    this.recordsPerSecond = recordsPerSecond;
    setDaemon(true);
  }

  static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  @Override
  public void run() {
    long begin = System.nanoTime();
    long next = begin;
    boolean writing = true;
    while (writing && !isInterrupted()) {
      double due = (System.nanoTime() - begin) / 1e9 * recordsPerSecond;
      writing = false;
      for (int i = 0; i < shards.size(); i++) {
        LiveShard shard = shards.get(i);
        shard.writeUpTo((int) (due + (double) i / shards.size()), micros());
        writing |= !shard.isFull();
      }
      next += TICK_NANOS;
      LockSupport.parkNanos(this, next - System.nanoTime());
    }
  }
}
