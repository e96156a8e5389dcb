package io.decisionstore.dynamodb.sink.capacity;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** Time that passes when it is told to; timers are late, as on a busy machine. */
final class VirtualTime {
  private static final int LATEST_MS = 5;

  private record Event(double time, long number, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::time).thenComparingLong(Event::number));
  private final Random random;
  private double now = 1_000_000;
  private long number;

  VirtualTime(Random random) {
    this.random = random;
  }

  long now() {
    return (long) now;
  }

  /** With its fraction of a millisecond. */
  double exactly() {
    return now;
  }

  void after(double millis, Runnable action) {
    events.add(new Event(now + millis, number++, action));
  }

  /** As a task's timer does: in whole milliseconds, and late. */
  void timer(long millis, Runnable action) {
    after(millis + random.nextDouble() * LATEST_MS, action);
  }

  void pass(double millis) {
    double until = now + millis;
    while (!events.isEmpty() && events.peek().time() <= until) {
      Event next = events.poll();
      now = Math.max(now, next.time());
      next.action().run();
    }
    now = until;
  }
}
