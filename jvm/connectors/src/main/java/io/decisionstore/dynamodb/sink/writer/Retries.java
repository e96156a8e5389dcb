package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.Backoff;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** When what was refused is tried again: as long as the job lives, with growing pauses. */
final class Retries {
  private static final long FIRST_WAIT_THROTTLED_MS = 25;

  /**
   * Longer, since such an attempt may still be under way in the server: it must be over before the
   * next write of its key.
   */
  private static final long FIRST_WAIT_UNAVAILABLE_MS = 200;

  private static final long LONGEST_WAIT_MS = 5_000;
  private static final long SWEEP_MS = 1_000;

  /**
   * What is due within so many ms goes together: a timer wakes two threads, and a table that leaves
   * items of every batch would set thousands a second.
   */
  private static final long GRAIN_MS = 5;

  private final PendingWrites pending;
  private final TaskThread task;
  private final SinkMetrics metrics;
  private final Trouble trouble;
  private final Backoff backoff;
  private final Runnable send;
  private final Map<Long, List<Runnable>> due = new HashMap<>();
  private int outstanding;
  private int paused;
  private boolean sweepTimerSet;
  private boolean closed;

  /**
   * @param send runs when something may be tried again
   */
  Retries(
      PendingWrites pending,
      TaskThread task,
      SinkMetrics metrics,
      Trouble trouble,
      RandomGenerator random,
      Runnable send) {
    this.pending = pending;
    this.task = task;
    this.metrics = metrics;
    this.trouble = trouble;
    this.backoff = new Backoff(random, LONGEST_WAIT_MS);
    this.send = send;
  }

  /** Items that failed at least once and are not settled. */
  int outstanding() {
    return outstanding;
  }

  /** Items that wait for a moment before they are tried again, whatever their partition. */
  int paused() {
    return paused;
  }

  /** The table has it, or never will. */
  void settled(Pending write) {
    outstanding -= write.attempts() > 0 ? 1 : 0;
    pending.settled(write);
    if (outstanding == 0) {
      trouble.over(task.now());
    }
  }

  /**
   * These wait for their partitions, and what comes of the same partition keys waits behind them;
   * nothing else does.
   */
  void holdBack(List<Pending> writes, String reason) {
    count(writes, reason);
    List<Lane> paused = new ArrayList<>();
    int inARow = 0;
    for (Pending write : writes) {
      Lane lane = pending.lanes().open(write.key().partition());
      if (lane.pauses(task.now())) {
        paused.add(lane);
        inARow = Math.max(inARow, lane.refusals());
      }
    }
    if (!paused.isEmpty()) {
      // Together, so that they fill a request again.
      after(backoff.delay(FIRST_WAIT_THROTTLED_MS, inARow), () -> goOn(paused));
    }
    backInLine(writes, false);
    sweepLater();
  }

  private void goOn(List<Lane> paused) {
    for (Lane lane : paused) {
      lane.pauseIsOver();
      pending.lanes().list(lane);
    }
  }

  /**
   * These wait for the whole table.
   *
   * @param perhapsWritten whether they may have been written all the same
   */
  void later(List<Pending> writes, boolean perhapsWritten, String reason) {
    count(writes, reason);
    int attempts = 1 + writes.stream().mapToInt(Pending::attempts).max().orElse(0);
    long first = perhapsWritten ? FIRST_WAIT_UNAVAILABLE_MS : FIRST_WAIT_THROTTLED_MS;
    paused += writes.size();
    after(
        backoff.delay(first, attempts),
        () -> {
          paused -= writes.size();
          backInLine(writes, perhapsWritten);
        });
  }

  private void count(List<Pending> writes, String reason) {
    trouble.refused(task.now(), pending.size(), reason);
    metrics.retried.inc(writes.size());
    for (Pending write : writes) {
      outstanding += write.attempts() == 0 ? 1 : 0;
    }
  }

  // From the last, since each goes to the front.
  private void backInLine(List<Pending> writes, boolean perhapsWritten) {
    for (int i = writes.size() - 1; i >= 0; i--) {
      if (pending.again(writes.get(i), perhapsWritten)) {
        metrics.coalesced.inc();
      }
    }
  }

  private void sweepLater() {
    if (!sweepTimerSet) {
      sweepTimerSet = true;
      after(
          SWEEP_MS,
          () -> {
            sweepTimerSet = false;
            pending.lanes().sweep(task.now());
            if (pending.lanes().count() > 0) {
              sweepLater();
            }
          });
    }
  }

  private void after(long millis, Runnable action) {
    long at = (task.now() + millis + GRAIN_MS - 1) / GRAIN_MS * GRAIN_MS;
    due.computeIfAbsent(
            at,
            unused -> {
              task.after(at - task.now(), () -> goOn(at));
              return new ArrayList<>();
            })
        .add(action);
  }

  private void goOn(long at) {
    List<Runnable> actions = due.remove(at);
    if (!closed) {
      actions.forEach(Runnable::run);
      send.run();
    }
  }

  void close() {
    closed = true;
  }
}
