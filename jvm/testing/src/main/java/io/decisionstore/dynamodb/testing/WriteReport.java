package io.decisionstore.dynamodb.testing;

import java.util.List;
import java.util.Map;

/**
 * What was written to a table since it was made or since the last reset.
 *
 * @param operations calls and their errors, by the operations' names on the wire
 * @param items accepted
 * @param units of the table, of accepted items
 * @param unitsSpent {@code units}, and what failed conditions cost
 * @param indexUnits by index
 * @param refused items thrown back for want of units, unprocessed or by an exception
 * @param refusedByShare items that came back unprocessed as scripted
 * @param partialBatches answered with some items unprocessed
 * @param conditionalFailures items
 * @param duplicates items written again in the version that was there
 * @param stale items written over a newer version
 * @param overlapping items that came while another write of their key was unanswered
 * @param acceptedByPartition items
 * @param unitsByPartition of accepted items
 * @param timeline bins in which anything happened: seconds since the reset at which the bin begins,
 *     accepted items, their units, refused items
 * @param latency of accepted items that say when they were made
 */
record WriteReport(
    Map<String, Report.Calls> operations,
    long items,
    double units,
    double unitsSpent,
    Map<String, Double> indexUnits,
    long refused,
    long refusedByShare,
    long partialBatches,
    long conditionalFailures,
    long duplicates,
    long stale,
    long overlapping,
    long[] acceptedByPartition,
    double[] unitsByPartition,
    List<double[]> timeline,
    Latency latency) {

  /** In milliseconds. */
  record Latency(long count, double p50, double p90, double p99, double max) {}
}
