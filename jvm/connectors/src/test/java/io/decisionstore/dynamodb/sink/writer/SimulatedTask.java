package io.decisionstore.dynamodb.sink.writer;

import java.util.Comparator;
import java.util.PriorityQueue;

/** A task's thread in virtual time: the same seed gives the same run. */
final class SimulatedTask implements TaskThread {

  private record Event(long time, long number, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::number));
  private long now = 1_000_000;
  private long number;

  @Override
  public long now() {
    return now;
  }

  @Override
  public long nanos() {
    return now * 1_000_000;
  }

  @Override
  public void after(long millis, Runnable action) {
    events.add(new Event(now + millis, number++, action));
  }

  @Override
  public void execute(Runnable action) {
    after(0, action);
  }

  @Override
  public void await() {
    Event next = events.poll();
    if (next == null) {
      throw new AssertionError("The writer waits for something that will never come.");
    }
    now = Math.max(now, next.time());
    next.action().run();
  }

  /** Lets time pass, and what is due in it happen. */
  void pass(long millis) {
    long until = now + millis;
    while (!events.isEmpty() && events.peek().time() <= until) {
      await();
    }
    now = until;
  }
}
