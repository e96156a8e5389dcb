package io.decisionstore.dynamodb.sink.capacity;

import java.util.ArrayList;
import java.util.List;

/**
 * One stream of units into the buckets of several writers: in equal parts, and what a full bucket
 * does not hold flows into the others. So a writer that wants less than its part leaves the rest to
 * those that want more (max-min fairness), and has its part at once when it wants it.
 *
 * <p>A request goes when its bucket is not below zero, and takes it below: its price is not known
 * exactly, and no bucket need hold a whole request.
 */
final class FairShares {
  /**
   * What may be caught up after a timer that was late, in seconds of the pace; the table has a
   * second at least (its bursts), but what is caught up is sent at once.
   */
  private static final double CATCH_UP_SECONDS = 0.08;

  /** Of idle writers together, on top. */
  private static final double IDLE_SECONDS = 0.04;

  /** Another pace, or a neighbour's rest, must reach those who wait soon. */
  private static final long LONGEST_DELAY_MS = 100;

  private static final long HUNGRY_MS = 300;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final List<Bucket> buckets = new ArrayList<>();
  private long filledUntil = NEVER;

  /** Of one writer. */
  static final class Bucket {
    private double units;
    private long hungryAt = NEVER;

    void charge(double charged) {
      units -= charged;
    }
  }

  Bucket join() {
    Bucket bucket = new Bucket();
    buckets.add(bucket);
    return bucket;
  }

  void leave(Bucket bucket) {
    buckets.remove(bucket);
  }

  /** Lets flow in what has come since the last time. */
  void fill(long now, double perSecond) {
    double inflow = filledUntil == NEVER ? 0 : Math.max(0, now - filledUntil) * perSecond / 1000;
    filledUntil = Math.max(filledUntil, now);
    int hungry = hungry(now);
    for (Bucket bucket : buckets) {
      bucket.units = Math.min(bucket.units, brim(bucket, now, perSecond, hungry));
    }
    while (inflow > 1e-9) {
      int open = 0;
      for (Bucket bucket : buckets) {
        open += isOpen(bucket, now, perSecond, hungry) ? 1 : 0;
      }
      if (open == 0) {
        return;
      }
      double part = inflow / open;
      for (Bucket bucket : buckets) {
        if (isOpen(bucket, now, perSecond, hungry)) {
          double room = brim(bucket, now, perSecond, hungry) - bucket.units;
          double poured = Math.min(part, room);
          bucket.units =
              poured == room ? brim(bucket, now, perSecond, hungry) : bucket.units + poured;
          inflow -= poured;
        }
      }
    }
  }

  /** Milliseconds until a request of that writer may go; 0: now. */
  long delay(Bucket bucket, long now, double perSecond) {
    fill(now, perSecond);
    if (bucket.units >= 0) {
      return 0;
    }
    bucket.hungryAt = now;
    int hungry = hungry(now);
    int open = 0;
    for (Bucket each : buckets) {
      open += isOpen(each, now, perSecond, hungry) ? 1 : 0;
    }
    double ms = -bucket.units * 1000 * Math.max(1, open) / perSecond;
    return (long) Math.max(1, Math.min(LONGEST_DELAY_MS, Math.ceil(ms)));
  }

  /** Units a second of that writer, as far as the others want theirs. */
  double part(Bucket bucket, long now, double perSecond) {
    int others = hungry(now) - (isHungry(bucket, now) ? 1 : 0);
    return perSecond / (1 + others);
  }

  private int hungry(long now) {
    int hungry = 0;
    for (Bucket bucket : buckets) {
      hungry += isHungry(bucket, now) ? 1 : 0;
    }
    return hungry;
  }

  private static boolean isHungry(Bucket bucket, long now) {
    return now - bucket.hungryAt < HUNGRY_MS;
  }

  private boolean isOpen(Bucket bucket, long now, double perSecond, int hungry) {
    return bucket.units < brim(bucket, now, perSecond, hungry);
  }

  private double brim(Bucket bucket, long now, double perSecond, int hungry) {
    return isHungry(bucket, now)
        ? perSecond * CATCH_UP_SECONDS / hungry
        : perSecond * IDLE_SECONDS / buckets.size();
  }
}
