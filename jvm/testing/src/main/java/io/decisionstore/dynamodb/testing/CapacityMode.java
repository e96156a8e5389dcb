package io.decisionstore.dynamodb.testing;

/**
 * How many write units a second a table takes.
 *
 * @param provisioned or on demand
 * @param writeUnits a second, when provisioned
 * @param burstSeconds of unused units that are saved, when provisioned; AWS: 300
 * @param warmWriteUnits a second, on demand; 0: as many as come
 * @param maxWriteUnits a second, on demand; 0: no maximum
 * @param doublingSeconds until a peak counts for the next, on demand; AWS: 1,800
 */
record CapacityMode(
    boolean provisioned,
    double writeUnits,
    double burstSeconds,
    double warmWriteUnits,
    double maxWriteUnits,
    double doublingSeconds) {

  CapacityMode {
    if (provisioned && !(writeUnits > 0)) {
      throw new IllegalArgumentException("Provisioned write units are 1 or more.");
    }
    if (burstSeconds < 0 || warmWriteUnits < 0 || maxWriteUnits < 0 || doublingSeconds < 0) {
      throw new IllegalArgumentException("Seconds and units are 0 or more.");
    }
  }

  static CapacityMode provisioned(double writeUnits, double burstSeconds) {
    return new CapacityMode(true, writeUnits, burstSeconds, 0, 0, 0);
  }

  static CapacityMode onDemand(double warmWriteUnits, double maxWriteUnits, double doubling) {
    return new CapacityMode(false, 0, 0, warmWriteUnits, maxWriteUnits, doubling);
  }
}
