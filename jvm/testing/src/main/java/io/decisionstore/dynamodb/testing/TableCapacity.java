package io.decisionstore.dynamodb.testing;

import java.util.Arrays;

/**
 * What a table takes: the buckets of the table, its partitions and its indexes. One lock for all of
 * them, held for some additions.
 */
final class TableCapacity {
  private static final long SECOND = 1_000_000_000L;

  private final TokenBucket[] partitions;
  private final TokenBucket[] indexes;
  private final double[] indexUnits;
  private final DemandPeak peak;
  private CapacityMode mode;
  private TokenBucket table;
  private TokenBucket maximum;
  private long ceilingAt;

  /**
   * @param partitions how many there are
   * @param partitionUnits a second of each; 0: no limit
   * @param indexUnits a second of each index, which count when the table is provisioned
   */
  TableCapacity(
      CapacityMode mode, int partitions, double partitionUnits, double[] indexUnits, long now) {
    if (partitions < 1) {
      throw new IllegalArgumentException("A table has 1 partition or more.");
    }
    this.partitions = new TokenBucket[partitions];
    if (partitionUnits > 0) {
      Arrays.setAll(this.partitions, i -> new TokenBucket(partitionUnits, 1, now));
    }
    this.indexUnits = indexUnits.clone();
    this.indexes = new TokenBucket[indexUnits.length];
    Arrays.setAll(indexes, i -> new TokenBucket(indexUnits[i], 1, now));
    this.peak = new DemandPeak(now);
    set(mode, now);
  }

  synchronized CapacityMode mode() {
    return mode;
  }

  synchronized double indexUnits(int index) {
    return indexUnits[index];
  }

  int partitions() {
    return partitions.length;
  }

  synchronized void set(CapacityMode next, long now) {
    double rate = next.provisioned() ? next.writeUnits() : next.warmWriteUnits();
    double seconds = 1 + next.burstSeconds();
    boolean same = mode != null && mode.provisioned() == next.provisioned();
    if (rate == 0) {
      table = null;
    } else if (table == null || !same) {
      table = new TokenBucket(rate, mode == null ? seconds : 1, now);
    }
    if (table != null) {
      table.set(rate, seconds, now);
    }
    if (next.maxWriteUnits() == 0) {
      maximum = null;
    } else if (maximum == null) {
      maximum = new TokenBucket(next.maxWriteUnits(), 1, now);
    } else {
      maximum.set(next.maxWriteUnits(), 1, now);
    }
    mode = next;
    ceilingAt = now - SECOND;
  }

  synchronized void setIndex(int index, double units, long now) {
    indexUnits[index] = units;
    indexes[index].set(units, 1, now);
  }

  /** Units a second that it takes at once on demand, as the doubling has made it; 0: no ceiling. */
  synchronized double warmUnits(long now) {
    return mode.warmWriteUnits() == 0 ? 0 : ceiling(now);
  }

  /**
   * Takes a write's units from everything it touches, or from nothing.
   *
   * @param indexMask the indexes it touches
   * @return null when they were there; else what had too few: TABLE, PARTITION, MAXIMUM, or INDEX
   */
  synchronized Throttle take(int partition, int indexMask, double units, long now) {
    if (!mode.provisioned() && table != null && now - ceilingAt >= SECOND) {
      table.set(ceiling(now), 1, now);
      ceilingAt = now;
    }
    if (lacks(table, units, now)) {
      // On demand it is the partitions that are too few until AWS has split them.
      return mode.provisioned() ? Throttle.TABLE : Throttle.PARTITION;
    }
    if (lacks(maximum, units, now)) {
      return Throttle.MAXIMUM;
    }
    if (lacks(partitions[partition], units, now)) {
      return Throttle.PARTITION;
    }
    int touched = mode.provisioned() ? indexMask : 0;
    for (int i = 0; touched >> i != 0; i++) {
      if ((touched >> i & 1) == 1 && lacks(indexes[i], units, now)) {
        return Throttle.INDEX;
      }
    }
    take(table, units);
    take(maximum, units);
    take(partitions[partition], units);
    for (int i = 0; touched >> i != 0; i++) {
      if ((touched >> i & 1) == 1) {
        indexes[i].take(units);
      }
    }
    peak.add(units, now);
    return null;
  }

  /** The first index of these that has too few units. */
  synchronized int lackingIndex(int indexMask, double units) {
    for (int i = 0; indexMask >> i != 0; i++) {
      if ((indexMask >> i & 1) == 1 && !indexes[i].has(units)) {
        return i;
      }
    }
    return Integer.numberOfTrailingZeros(indexMask);
  }

  private double ceiling(long now) {
    return Math.max(mode.warmWriteUnits(), 2 * peak.before(mode.doublingSeconds(), now));
  }

  private static boolean lacks(TokenBucket bucket, double units, long now) {
    if (bucket == null) {
      return false;
    }
    bucket.fill(now);
    return !bucket.has(units);
  }

  private static void take(TokenBucket bucket, double units) {
    if (bucket != null) {
      bucket.take(units);
    }
  }
}
