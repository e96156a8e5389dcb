package io.decisionstore.dynamodb.testing;

import java.util.ArrayDeque;

/**
 * The highest average of ten seconds so far, and what it was some time ago: on demand a table takes
 * twice that. Not safe for several threads.
 */
final class DemandPeak {
  private static final int SECONDS = 10;
  private static final long NANOS = 1_000_000_000L;

  private record Peak(long second, double units) {}

  private final double[] bins = new double[SECONDS];
  private final ArrayDeque<Peak> rises = new ArrayDeque<>();
  private final long origin;
  private long second;
  private double highest;

  DemandPeak(long now) {
    this.origin = now;
  }

  void add(double units, long now) {
    roll(now);
    bins[(int) (second % SECONDS)] += units;
  }

  /** Units a second, of the peak as it was then. */
  double before(double seconds, long now) {
    roll(now);
    double asked = (now - origin) / (double) NANOS - seconds;
    double found = 0;
    // Of those that are old enough only the newest matters from now on.
    while (!rises.isEmpty() && rises.peekFirst().second() <= asked) {
      found = rises.removeFirst().units();
    }
    if (found > 0) {
      rises.addFirst(new Peak(0, found));
    }
    return found;
  }

  private void roll(long now) {
    long until = (now - origin) / NANOS;
    while (second < until) {
      double sum = 0;
      for (double bin : bins) {
        sum += bin;
      }
      second++;
      if (sum / SECONDS > highest) {
        highest = sum / SECONDS;
        rises.addLast(new Peak(second, highest));
      } else if (sum == 0) {
        second = until;
      }
      bins[(int) (second % SECONDS)] = 0;
    }
  }
}
