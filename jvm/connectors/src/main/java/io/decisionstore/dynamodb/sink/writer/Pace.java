package io.decisionstore.dynamodb.sink.writer;

/**
 * How fast the table is written, in write units a second: as fast as it goes until the table has
 * throttled for a moment, then as fast as it took in that moment, and slowly up again.
 *
 * <p>A table that throttles takes what it can, so what it took is its capacity; only the steps up
 * from there are refused. Away from that capacity steps double from second to second, so that a
 * change of it is found within a minute.
 */
final class Pace {
  private static final long SECOND_MS = 1_000;

  /** Shorter, since all that exceeds the capacity is refused in it. */
  private static final long FIRST_MEASURE_MS = 300;

  /** Fewer refusals are the price of the steps. */
  private static final double TOLERATED = 0.01;

  private static final double CUT = 0.98;
  private static final double DEEPEST_CUT = 0.5;
  private static final double FIRST_STEP = 0.005;
  private static final double LONGEST_STEP = 0.25;

  private double perSecond = Double.POSITIVE_INFINITY;
  private double step = FIRST_STEP;
  // What the table took when it last refused more than tolerated.
  private double capacity;
  // Below zero: units sent ahead of the pace.
  private double allowance;
  private long allowedUntil;

  // Units of the second that is being counted.
  private long secondStart;
  private int taken;
  private int refused;

  /** Milliseconds until a request may go; 0: now. */
  long delay(long now) {
    if (isFree()) {
      return 0;
    }
    // A tenth of a second may be caught up, no more.
    double more = (now - allowedUntil) * perSecond / 1000;
    allowance = Math.min(perSecond / 10, allowance + more);
    allowedUntil = now;
    return allowance >= 0 ? 0 : (long) Math.ceil(-allowance * 1000 / perSecond);
  }

  void sent(int units) {
    allowance -= units;
  }

  /** What the table took and refused of a request. */
  void answered(long now, int unitsTaken, int unitsRefused) {
    if (isFree() && refused == 0 && unitsRefused > 0) {
      secondStart = now; // the first refusal: from now on the table takes what it can
      taken = 0;
    }
    taken += unitsTaken;
    refused += unitsRefused;
    if (now - secondStart >= (isFree() ? FIRST_MEASURE_MS : SECOND_MS)) {
      adapt(now);
      secondStart = now;
      taken = 0;
      refused = 0;
    }
  }

  private void adapt(long now) {
    double took = taken * 1000.0 / (now - secondStart);
    if (refused <= (taken + refused) * TOLERATED) {
      boolean nearCapacity = perSecond > capacity * 0.97 && perSecond < capacity * 1.05;
      step = nearCapacity ? FIRST_STEP : Math.min(LONGEST_STEP, step * 2);
      perSecond *= 1 + step;
      return;
    }
    capacity = took;
    if (isFree()) {
      allowance = 0;
      allowedUntil = now;
      perSecond = Math.max(1, took * CUT);
    } else {
      perSecond = Math.max(1, Math.max(took * CUT, perSecond * DEEPEST_CUT));
    }
    step = FIRST_STEP;
  }

  private boolean isFree() {
    return perSecond == Double.POSITIVE_INFINITY;
  }

  /** Units a second, or -1 for as fast as it goes. */
  long perSecond() {
    return isFree() ? -1 : Math.round(perSecond);
  }
}
