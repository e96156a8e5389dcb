package io.decisionstore.operators.aggregate;

/**
 * How a window moves: events count by hops of their event time, each until its end on the wall
 * clock.
 *
 * @param windowMs how far back an event counts; null: for ever
 */
public record Hops(Long windowMs, long hopMs) {

  /** The hop of an event; without a window all have one. */
  public long bucket(long eventTime) {
    return windowMs == null ? 0 : Math.floorDiv(eventTime, hopMs);
  }

  /** The moment from which a hop's events count no longer; the largest long: never. */
  public long end(long bucket) {
    if (windowMs == null || bucket >= (Long.MAX_VALUE - windowMs) / hopMs - 1) {
      return Long.MAX_VALUE;
    }
    return (bucket + 1) * hopMs + windowMs;
  }

  /** How many hops a window touches. */
  long inWindow() {
    return windowMs == null ? 1 : (windowMs + hopMs - 1) / hopMs + 1;
  }
}
