package io.decisionstore.dynamodb.testing;

/** What became of the writes of one request to one table, until it is added to the report. */
final class WriteTally {
  final Operation operation;
  private final int[] partitions;
  private final double[] units;
  private final long[] latencies;
  private int accepted;
  private int timed;
  private double spent;
  int refused;
  int refusedByShare;
  int conditionalFailures;
  int duplicates;
  int stale;
  int overlapping;
  final double[] indexUnits;

  WriteTally(Operation operation, int writes, int indexes) {
    this.operation = operation;
    this.partitions = new int[writes];
    this.units = new double[writes];
    this.latencies = new long[writes];
    this.indexUnits = new double[indexes];
  }

  /**
   * @param latency microseconds, or -1
   */
  void accept(int partition, double of, long latency) {
    partitions[accepted] = partition;
    units[accepted++] = of;
    spent += of;
    if (latency >= 0) {
      latencies[timed++] = latency;
    }
  }

  /** Units of the table that were spent, without being accepted, on a condition that failed. */
  void spend(double of) {
    spent += of;
  }

  int accepted() {
    return accepted;
  }

  double acceptedUnits() {
    double sum = 0;
    for (int i = 0; i < accepted; i++) {
      sum += units[i];
    }
    return sum;
  }

  /** Of the table, of accepted writes and failed conditions. */
  double spent() {
    return spent;
  }

  double spentOnIndexes() {
    double sum = 0;
    for (double of : indexUnits) {
      sum += of;
    }
    return sum;
  }

  int timed() {
    return timed;
  }

  int partition(int index) {
    return partitions[index];
  }

  double units(int index) {
    return units[index];
  }

  long latency(int index) {
    return latencies[index];
  }
}
