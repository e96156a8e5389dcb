package io.decisionstore.dynamodb.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what is written to a table; takes its lock once a request. */
final class WriteTraffic {
  private static final long BIN_NANOS = 100_000_000L;
  private static final int MOST_BINS = 1 << 20;

  private final List<String> indexNames;
  private final long[] calls = new long[Operation.values().length];
  private final Map<Operation, Map<String, Long>> errors = new LinkedHashMap<>();
  private final long[] acceptedByPartition;
  private final double[] unitsByPartition;
  private final double[] indexUnits;
  private LatencyHistogram latency;
  private long[] accepted;
  private double[] units;
  private long[] refusals;
  private long since;
  private double unitsSpent;
  private long refused;
  private long refusedByShare;
  private long partialBatches;
  private long conditionalFailures;
  private long duplicates;
  private long stale;
  private long overlapping;

  WriteTraffic(int partitions, List<String> indexNames, long now) {
    this.indexNames = indexNames;
    this.acceptedByPartition = new long[partitions];
    this.unitsByPartition = new double[partitions];
    this.indexUnits = new double[indexNames.size()];
    reset(now);
  }

  synchronized void called(Operation operation, String error) {
    calls[operation.ordinal()]++;
    if (error != null) {
      errors.computeIfAbsent(operation, key -> new TreeMap<>()).merge(error, 1L, Long::sum);
    }
  }

  synchronized void add(WriteTally tally, long now) {
    int bin = (int) Math.min((now - since) / BIN_NANOS, MOST_BINS - 1);
    if (bin >= accepted.length) {
      int length = Math.max(bin + 1, accepted.length * 2);
      accepted = Arrays.copyOf(accepted, length);
      units = Arrays.copyOf(units, length);
      refusals = Arrays.copyOf(refusals, length);
    }
    for (int i = 0; i < tally.accepted(); i++) {
      acceptedByPartition[tally.partition(i)]++;
      unitsByPartition[tally.partition(i)] += tally.units(i);
    }
    for (int i = 0; i < tally.timed(); i++) {
      latency.add(tally.latency(i));
    }
    for (int i = 0; i < indexUnits.length; i++) {
      indexUnits[i] += tally.indexUnits[i];
    }
    accepted[bin] += tally.accepted();
    units[bin] += tally.acceptedUnits();
    refusals[bin] += tally.refused + tally.refusedByShare;
    unitsSpent += tally.spent();
    refused += tally.refused;
    refusedByShare += tally.refusedByShare;
    boolean some = tally.refused + tally.refusedByShare > 0 && tally.accepted() > 0;
    partialBatches += some ? 1 : 0;
    conditionalFailures += tally.conditionalFailures;
    duplicates += tally.duplicates;
    stale += tally.stale;
    overlapping += tally.overlapping;
  }

  synchronized WriteReport report() {
    Map<String, Report.Calls> operations = new LinkedHashMap<>();
    for (Operation operation : Operation.values()) {
      if (operation.isOfTables()) {
        Map<String, Long> failures = errors.getOrDefault(operation, Map.of());
        operations.put(
            operation.wireName(),
            new Report.Calls(calls[operation.ordinal()], new TreeMap<>(failures)));
      }
    }
    Map<String, Double> byIndex = new LinkedHashMap<>();
    for (int i = 0; i < indexUnits.length; i++) {
      byIndex.put(indexNames.get(i), indexUnits[i]);
    }
    List<double[]> timeline = new ArrayList<>();
    for (int i = 0; i < accepted.length; i++) {
      if (accepted[i] > 0 || refusals[i] > 0) {
        timeline.add(new double[] {i / 10.0, accepted[i], units[i], refusals[i]});
      }
    }
    return new WriteReport(
        operations,
        Arrays.stream(accepted).sum(),
        Arrays.stream(units).sum(),
        unitsSpent,
        byIndex,
        refused,
        refusedByShare,
        partialBatches,
        conditionalFailures,
        duplicates,
        stale,
        overlapping,
        acceptedByPartition.clone(),
        unitsByPartition.clone(),
        timeline,
        new WriteReport.Latency(
            latency.count(),
            latency.millis(0.5),
            latency.millis(0.9),
            latency.millis(0.99),
            latency.maxMillis()));
  }

  synchronized void reset(long now) {
    since = now;
    Arrays.fill(calls, 0);
    errors.clear();
    Arrays.fill(acceptedByPartition, 0);
    Arrays.fill(unitsByPartition, 0);
    Arrays.fill(indexUnits, 0);
    latency = new LatencyHistogram();
    accepted = new long[1_024];
    units = new double[1_024];
    refusals = new long[1_024];
    unitsSpent = 0;
    refused = 0;
    refusedByShare = 0;
    partialBatches = 0;
    conditionalFailures = 0;
    duplicates = 0;
    stale = 0;
    overlapping = 0;
  }
}
