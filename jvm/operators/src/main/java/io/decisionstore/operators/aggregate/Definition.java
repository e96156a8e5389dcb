package io.decisionstore.operators.aggregate;

import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import java.util.List;

/**
 * A variable as its state knows it.
 *
 * @param id a digest of its declaration: state of another declaration is not its own
 * @param limit of last_k, how many are kept; of distinct, up to how many values it is exact
 * @param type of its value
 * @param attributes of its item, in the order of the arguments
 * @param retentionMs how long after its newest revision came a decision can be corrected; no part
 *     of the id
 */
public record Definition(
    int id,
    Aggregate aggregate,
    int limit,
    Hops hops,
    ValueType type,
    List<String> attributes,
    long retentionMs) {
  private static final long DAY_MS = 86_400_000;

  /** Whether a decision whose argument is null does not count. */
  public boolean ignoresNull() {
    return switch (aggregate) {
      case SUM, AVG, MIN, MAX, DISTINCT -> true;
      case COUNT, FIRST, LAST, LAST_K -> false;
    };
  }

  /** Whether it keeps decisions that no window drops, and so must know when they came. */
  public boolean isRankedForEver() {
    return hops.windowMs() == null
        && switch (aggregate) {
          case MIN, MAX, FIRST, LAST, LAST_K -> true;
          case COUNT, SUM, AVG, DISTINCT -> false;
        };
  }

  /** The day of a moment, counted from 1970. */
  static long day(long moment) {
    return Math.floorDiv(moment, DAY_MS);
  }

  /**
   * The last day of which all that came can be corrected no more: a day is counted in full, and
   * another one is left for clocks that differ.
   *
   * <p>A plan may have another retention than the one before it. With a longer one nothing comes
   * back: decisions that were forgotten under the shorter one are not in the savepoint.
   */
  long settledDay(long now) {
    return day(now - retentionMs) - 2;
  }
}
