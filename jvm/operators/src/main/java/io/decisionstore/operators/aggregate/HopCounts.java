package io.decisionstore.operators.aggregate;

import java.util.Arrays;

/** How many entries there are of each hop, so that it is known when they end. */
final class HopCounts {
  private static final long[] NONE = {};

  private int size;
  private long[] buckets = NONE; // in their order
  private long[] counts = NONE;

  /** So many more of a hop, or fewer. */
  void add(long bucket, long more) {
    int at = Arrays.binarySearch(buckets, 0, size, bucket);
    if (at < 0) {
      at = -at - 1;
      if (size == buckets.length) {
        buckets = Arrays.copyOf(buckets, size + (size >> 1) + 2);
        counts = Arrays.copyOf(counts, buckets.length);
      }
      System.arraycopy(buckets, at, buckets, at + 1, size - at);
      System.arraycopy(counts, at, counts, at + 1, size - at);
      buckets[at] = bucket;
      counts[at] = 0;
      size++;
    }
    counts[at] += more;
    if (counts[at] == 0) {
      drop(at, at + 1);
    }
  }

  /** Drops the hops whose end has come; how many entries they had. */
  long end(Hops hops, long now) {
    int ended = 0;
    long entries = 0;
    while (ended < size && hops.end(buckets[ended]) <= now) {
      entries += counts[ended];
      ended++;
    }
    drop(0, ended);
    return entries;
  }

  private void drop(int from, int to) {
    System.arraycopy(buckets, to, buckets, from, size - to);
    System.arraycopy(counts, to, counts, from, size - to);
    size -= to - from;
  }

  /** The oldest hop; the largest long: none. */
  long first() {
    return size > 0 ? buckets[0] : Long.MAX_VALUE;
  }

  HopCounts copy() {
    HopCounts copy = new HopCounts();
    copy.size = size;
    copy.buckets = Arrays.copyOf(buckets, size);
    copy.counts = Arrays.copyOf(counts, size);
    return copy;
  }

  void write(ByteWriter out) {
    out.unsigned(size);
    long previous = 0;
    for (int at = 0; at < size; at++) {
      out.signed(buckets[at] - previous);
      out.unsigned(counts[at]);
      previous = buckets[at];
    }
  }

  static HopCounts read(ByteReader in) {
    HopCounts read = new HopCounts();
    read.size = (int) in.unsigned();
    read.buckets = new long[read.size];
    read.counts = new long[read.size];
    long previous = 0;
    for (int at = 0; at < read.size; at++) {
      previous += in.signed();
      read.buckets[at] = previous;
      read.counts[at] = in.unsigned();
    }
    return read;
  }
}
