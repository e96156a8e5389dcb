package io.decisionstore.bench;

import java.util.List;

/** The exact distribution of what all lanes have measured, in milliseconds, rounded up. */
final class Latencies {
  private final long[] counts = new long[Lane.LONGEST_MS + 1];
  private final long measured;

  Latencies(List<Lane> lanes) {
    long sum = 0;
    for (Lane lane : lanes) {
      for (int place = 0; place < counts.length; place++) {
        long count = lane.took(place);
        counts[place] += count;
        sum += count;
      }
    }
    this.measured = sum;
  }

  long measured() {
    return measured;
  }

  /** The least time within which the given part of the records came; -1 when there were none. */
  int quantile(double part) {
    long wanted = (long) Math.ceil(part * measured);
    long seen = 0;
    for (int place = 0; place < counts.length && measured > 0; place++) {
      seen += counts[place];
      if (seen >= wanted) {
        return place;
      }
    }
    return -1;
  }
}
