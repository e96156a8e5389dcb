package io.decisionstore.dynamodb.testing;

/**
 * Microseconds, counted in buckets that are 1.6 % wide at the most. Not safe for several threads.
 */
final class LatencyHistogram {
  private static final int BITS = 6;
  private static final int PER_OCTAVE = 1 << BITS;

  private final long[] counts = new long[PER_OCTAVE * (64 - BITS)];
  private long count;
  private long max;

  void add(long micros) {
    long value = Math.max(0, micros);
    counts[bucket(value)]++;
    count++;
    max = Math.max(max, value);
  }

  long count() {
    return count;
  }

  double maxMillis() {
    return max / 1e3;
  }

  /** The latency that this share of all did not exceed; 0 of none. */
  double millis(double share) {
    long wanted = (long) Math.ceil(share * count);
    long seen = 0;
    for (int i = 0; i < counts.length && wanted > 0; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return Math.min(max, highest(i)) / 1e3;
      }
    }
    return 0;
  }

  private static int bucket(long value) {
    int octave = Math.max(0, 64 - Long.numberOfLeadingZeros(value) - BITS - 1);
    return octave * PER_OCTAVE + (int) (value >> octave);
  }

  private static long highest(int bucket) {
    int octave = Math.max(0, bucket / PER_OCTAVE - 1);
    return ((bucket - (long) octave * PER_OCTAVE + 1) << octave) - 1;
  }
}
