package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.sink.client.Refusal;
import java.util.random.RandomGenerator;

/**
 * How many units a second this process takes of a table. As many as the table's ceiling allows;
 * this process's part of them first, if others write for the same job, and more while nothing is
 * refused. Without a ceiling more and more until the table refuses.
 *
 * <p>A table that refuses takes what it can, so what it took is its capacity; from there it goes up
 * by small steps that double, so that little is refused while the capacity stays, and a raise is
 * found within seconds.
 */
final class Pace {
  static final double LEAST = 1;
  private static final double MOST = 1e9;

  private static final double CUT = 0.98;
  private static final double FIRST_STEP = 0.005;
  private static final double LONGEST_STEP = 0.4;

  /** Of the last capacity: up to there it is most likely the same, so that steps stay small. */
  private static final double NEAR = 1.06;

  private static final double NEAR_STEP = 0.03;

  /** They step up too. */
  private static final double NEAR_STEP_AMONG_OTHERS = 0.02;

  private static final double MUCH = 0.2;

  /** Above this process's part, of the whole; others may want theirs. */
  private static final double FIRST_STEP_ABOVE = 0.01;

  private static final double LONGEST_STEP_ABOVE = 0.16;

  /** A capacity that was found again and again is not tried every moment. */
  private static final long HOLD_MS = 500;

  private static final long HOLD_AMONG_OTHERS_MS = 750;
  private static final int HOLDS = 4;

  /** This process's own part is given up late: those above theirs go back first. */
  private static final long KEEP_PART_MS = 3_000;

  /**
   * Others that go above their parts make the table's load less than twice what it takes, so if it
   * refuses more than half the description is old.
   */
  private static final double MORE_THAN_OTHERS = 0.55;

  private static final long NEVER = Long.MIN_VALUE / 2;

  /** Above its part by so much a process has found something that others leave. */
  private static final double GAINED = 1.2;

  private static final int FAILURES = 4;
  private static final double FEW = 0.05;

  private final RandomGenerator random;
  private final Measure measure = new Measure();
  private final Tolerance tolerance = new Tolerance();
  private double ceiling = Double.POSITIVE_INFINITY;
  private double fraction = 1;
  // Infinite: at the ceiling.
  private double rate = Double.POSITIVE_INFINITY;
  // What the table took when it last refused; 0: it has not.
  private double wall;
  private double step = FIRST_STEP;
  private int sameWall;
  private int failures;
  private long holdUntil = NEVER;
  private boolean belowPart;
  private long refusingSince = NEVER;
  private long lowered = NEVER;
  private boolean isLower;

  Pace(RandomGenerator random) {
    this.random = random;
  }

  /** Another table, as it were: what was found no longer holds. */
  void restart(long now, double unitsPerSecond) {
    rate = unitsPerSecond < ceiling || fraction < 1 ? unitsPerSecond : Double.POSITIVE_INFINITY;
    wall = 0;
    sameWall = 0;
    step = FIRST_STEP;
    belowPart = false;
    holdUntil = NEVER;
    refusingSince = NEVER;
    tolerance.reset();
    measure.start(now);
  }

  /** The table takes at least so much, it says. */
  void raiseTo(long now, double unitsPerSecond) {
    if (rate < unitsPerSecond) {
      restart(now, unitsPerSecond);
    }
  }

  /** The same mode with another capacity, so what was found holds in proportion. */
  void scale(long now, double factor) {
    if (fraction >= 1) {
      restart(now, Double.POSITIVE_INFINITY);
    } else if (wall > 0 && factor < 1) {
      rate = Math.min(rate, ceiling); // a cut has found it already
    } else {
      restart(now, rate * factor);
    }
    lowered = now;
  }

  /**
   * Bounds of the pace.
   *
   * @param units a second for all subtasks; infinite if the table says none
   * @param part of them that is this process's
   */
  void bound(double units, double part) {
    if (part < fraction && !Double.isInfinite(units)) {
      rate = Math.min(rate, units * part); // a writer has left, perhaps for another process
    }
    ceiling = units;
    fraction = part;
  }

  /** Units a second, as the table counts them. */
  double unitsPerSecond() {
    double part = ceiling * fraction;
    double own = belowPart || Double.isInfinite(ceiling) ? rate : Math.max(rate, part);
    return Math.max(LEAST, Math.min(MOST, Math.min(own, ceiling)));
  }

  /** Of refused units, those that this process need not go without. */
  double bear(long now, double taken, double refused) {
    return tolerance.bear(now, taken, refused);
  }

  double tolerated(long now) {
    return tolerance.share(now);
  }

  /** Whether refusals are borne at the moment. */
  boolean bears(long now) {
    return tolerance.share(now) > 0 || measure.isOfPartitions(now);
  }

  /** Whether the table has refused and its capacity is known by that. */
  boolean isMeasured() {
    return wall > 0;
  }

  void heldBack() {
    measure.heldBack();
  }

  void refused(long now, Refusal.Kind kind) {
    measure.refused(now, kind);
  }

  /**
   * An answer.
   *
   * @return whether the pace was cut for it
   */
  boolean answered(long now, long sentAt, double taken, double refused) {
    if (sentAt < lowered) {
      return false; // says what the table took at the pace before
    }
    measure.answered(now, taken, refused);
    if (!measure.isOver(now)) {
      return false;
    }
    boolean cut = false;
    if (measure.share() <= tolerance.limit(now) || measure.isOfPartitions(now)) {
      clean(now);
    } else {
      cut = tooMuch(now);
    }
    measure.start(now);
    return cut;
  }

  private void clean(long now) {
    refusingSince = NEVER;
    isLower = false;
    tolerance.forgetCuts();
    if (!measure.wasHeldBack()) {
      giveBack(now);
    } else if (unitsPerSecond() < ceiling && now >= holdUntil) {
      up(now);
    }
  }

  private void up(long now) {
    double seconds = measure.seconds(now);
    double own = unitsPerSecond();
    if (wall == 0 && Double.isInfinite(ceiling)) {
      rate = own * Math.pow(2, Math.min(1, seconds));
    } else if (wall == 0) {
      step = Math.max(step, FIRST_STEP_ABOVE);
      rate = own + ceiling * step;
      step = Math.min(LONGEST_STEP_ABOVE, longer(step, seconds));
    } else {
      rate = own * (1 + step);
      boolean others = fraction < 1;
      double near = others ? NEAR_STEP_AMONG_OTHERS : NEAR_STEP;
      double far = others ? LONGEST_STEP_ABOVE : LONGEST_STEP;
      double longest = rate < wall * NEAR ? near : far;
      step = Math.min(longest, longer(step, seconds));
    }
    rate = Math.min(MOST, rate);
    if (rate >= ceiling * fraction) {
      belowPart = false;
    }
    if (rate >= ceiling) {
      rate = fraction < 1 ? ceiling : Double.POSITIVE_INFINITY;
      wall = 0;
      sameWall = 0;
    }
  }

  /** Steps double each half second; a small table's measures last longer. */
  private static double longer(double step, double seconds) {
    return step * Math.pow(2, Math.max(1, seconds / 0.5));
  }

  /** What is above this process's part and not used is another's. */
  private void giveBack(long now) {
    double used = measure.takenPerSecond(now) * 1.2;
    if (fraction < 1 && !belowPart && !Double.isInfinite(ceiling) && used < rate) {
      rate = Math.max(ceiling * fraction, (rate + used) / 2);
      step = FIRST_STEP_ABOVE;
    }
  }

  /** Where all want more than their parts, trying costs all of them; they must not try together. */
  private double wait(int times) {
    return times == 0 ? 0 : (500 << times) * (0.5 + random.nextDouble());
  }

  private boolean tooMuch(long now) {
    double share = measure.share();
    double own = unitsPerSecond();
    if (refusingSince == NEVER) {
      refusingSince = now;
    }
    double part = ceiling * fraction;
    boolean others = fraction < 1 && !Double.isInfinite(ceiling) && share < MORE_THAN_OTHERS;
    if (others && own <= part * 1.001 && !belowPart && now - refusingSince < KEEP_PART_MS) {
      return true; // those above their parts go back first
    }
    boolean isAbove = others && own > part * 1.001;
    // Whoever is above its part sees others' refusals too, so only the part tells.
    double before = isAbove ? -1 : tolerance.refused(now, share, own, isLower, fraction < 1);
    if (before > 0) {
      rate = before;
      belowPart = false;
      wall = 0;
      step = FIRST_STEP;
      isLower = false;
      return false;
    }
    // A table that refuses much takes all it can; of one that refuses little the measure of a
    // moment says less than the pace does.
    double took =
        measure.wasHeldBack() && share < MUCH ? own * (1 - share) : measure.takenPerSecond(now);
    double target = Math.max(LEAST, took * CUT);
    if (isAbove) {
      target = Math.min(target, share < FEW ? target : part + (own - part) / 2);
      target = Math.max(part, target);
      failures = target < part * GAINED ? Math.min(FAILURES, failures + 1) : 0;
    }
    belowPart = target < part * 0.999;
    sameWall = Math.abs(took / Math.max(1, wall) - 1) < 0.1 ? Math.min(HOLDS, sameWall + 1) : 0;
    holdUntil =
        now
            + Math.max(
                sameWall * (fraction < 1 ? HOLD_AMONG_OTHERS_MS : HOLD_MS),
                isAbove ? (long) (wait(failures)) : 0);
    wall = took;
    step = FIRST_STEP;
    isLower = target < own * 0.995;
    rate = Math.min(own, target);
    lowered = now;
    return true;
  }
}
