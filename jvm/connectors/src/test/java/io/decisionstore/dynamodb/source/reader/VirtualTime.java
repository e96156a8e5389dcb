package io.decisionstore.dynamodb.source.reader;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.PriorityQueue;

/**
 * Time that passes only while the fetcher waits, and what happens meanwhile: writes, late answers,
 * wake-ups. Everything runs in the thread that waits.
 */
final class VirtualTime extends Clock implements ReaderClock {
  private record Happening(long at, long turn, Runnable what) implements Comparable<Happening> {
    @Override
    public int compareTo(Happening other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(turn, other.turn);
    }
  }

  private final PriorityQueue<Happening> happenings = new PriorityQueue<>();

  /** Longer than any test: it is the fetcher that does not return. */
  private static final long FOR_EVER_MS = 60 * 24 * 3_600_000L;

  private final long start;
  private long now;
  private long turns;
  private boolean wokenUp;
  private boolean signalled;

  VirtualTime(long now) {
    this.start = now;
    this.now = now;
  }

  void at(long moment, Runnable what) {
    happenings.add(new Happening(Math.max(now, moment), turns++, what));
  }

  void after(long millis, Runnable what) {
    at(now + millis, what);
  }

  /** Moves on to a moment; what is to happen until then happens. */
  void passTo(long moment) {
    while (!happenings.isEmpty() && happenings.peek().at <= moment) {
      now = Math.max(now, happenings.peek().at);
      happenings.poll().what.run();
    }
    now = Math.max(now, moment);
  }

  /** A new fetcher begins; what was said to the last one counts no more. */
  void forgetSignals() {
    wokenUp = false;
    signalled = false;
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public void await(long until) {
    if (now - start > FOR_EVER_MS) {
      throw new AssertionError("The fetcher waits for ever.");
    }
    while (!signalled && !wokenUp && now < until) {
      Happening next = happenings.peek();
      passTo(next == null ? until : Math.min(until, next.at));
    }
    signalled = false;
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

  @Override
  public long millis() {
    return now;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(now);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
