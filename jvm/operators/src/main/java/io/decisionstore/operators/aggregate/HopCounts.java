package io.decisionstore.operators.aggregate;

import java.util.Arrays;

/**
 * How many entries there are of each hop, so that it is known when they end, and in how many parts
 * they lie.
 */
final class HopCounts {
  private static final long[] NONE = {};

  private int size;
  private long[] buckets = NONE; // in their order
  private long[] counts = NONE;
  private byte[] levels = {}; // there are 2^level parts

  /** How many hops there are. */
  int size() {
    return size;
  }

  /** A hop, by its place among them. */
  long bucket(int at) {
    return buckets[at];
  }

  /** How many entries a hop has. */
  long count(int at) {
    return counts[at];
  }

  /** How many parts a hop has. */
  int parts(int at) {
    return 1 << levels[at];
  }

  /** Twice as many parts. */
  void doubleParts(int at) {
    levels[at]++;
  }

  /** A hop's place; negative if it has no entries. */
  int find(long bucket) {
    return Arrays.binarySearch(buckets, 0, size, bucket);
  }

  /**
   * One entry more.
   *
   * @param found what {@link #find} says of the hop
   * @return the hop's place
   */
  int increment(int found, long bucket) {
    int at = found < 0 ? -found - 1 : found;
    if (found < 0) {
      insert(at, bucket);
    }
    counts[at]++;
    return at;
  }

  private void insert(int at, long bucket) {
    if (size == buckets.length) {
      buckets = Arrays.copyOf(buckets, size + (size >> 1) + 2);
      counts = Arrays.copyOf(counts, buckets.length);
      levels = Arrays.copyOf(levels, buckets.length);
    }
    move(at, at + 1);
    buckets[at] = bucket;
    counts[at] = 0;
    levels[at] = 0;
  }

  /** So many entries fewer; a hop without any is none. */
  void subtract(int at, long fewer) {
    counts[at] -= fewer;
    if (counts[at] == 0) {
      move(at + 1, at);
    }
  }

  private void move(int from, int to) {
    int number = size - from;
    System.arraycopy(buckets, from, buckets, to, number);
    System.arraycopy(counts, from, counts, to, number);
    System.arraycopy(levels, from, levels, to, number);
    size += to - from;
  }

  HopCounts copy() {
    HopCounts copy = new HopCounts();
    copy.size = size;
    copy.buckets = Arrays.copyOf(buckets, size);
    copy.counts = Arrays.copyOf(counts, size);
    copy.levels = Arrays.copyOf(levels, size);
    return copy;
  }

  void write(ByteWriter out) {
    out.unsigned(size);
    long previous = 0;
    for (int at = 0; at < size; at++) {
      out.signed(buckets[at] - previous);
      out.unsigned(counts[at]);
      out.oneByte(levels[at]);
      previous = buckets[at];
    }
  }

  static HopCounts read(ByteReader in) {
    HopCounts read = new HopCounts();
    read.size = (int) in.unsigned();
    read.buckets = new long[read.size];
    read.counts = new long[read.size];
    read.levels = new byte[read.size];
    long previous = 0;
    for (int at = 0; at < read.size; at++) {
      previous += in.signed();
      read.buckets[at] = previous;
      read.counts[at] = in.unsigned();
      read.levels[at] = (byte) in.oneByte();
    }
    return read;
  }
}
