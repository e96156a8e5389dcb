package io.decisionstore.dynamodb.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what is asked, and keeps what should not have been. */
final class Traffic {
  private static final int MOST_VIOLATIONS = 1_000;
  private static final Set<String> THROTTLES =
      Set.of(
          "ProvisionedThroughputExceededException",
          "LimitExceededException",
          "ThrottlingException");

  private final Map<Operation, LongAdder> calls = new ConcurrentHashMap<>();
  private final Map<Operation, Map<String, LongAdder>> errors = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> readsByShard = new ConcurrentHashMap<>();
  private final LongAdder emptyReads = new LongAdder();
  private final LongAdder records = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final Set<String> violations = new LinkedHashSet<>();
  private final Deque<Long> describes = new ArrayDeque<>();

  void called(Operation operation) {
    calls.computeIfAbsent(operation, key -> new LongAdder()).increment();
  }

  void failed(Operation operation, String code) {
    errors
        .computeIfAbsent(operation, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(code, key -> new LongAdder())
        .increment();
  }

  void read(Shard shard, RecordsPage page) {
    readsByShard.computeIfAbsent(shard.id(), key -> new LongAdder()).increment();
    records.add(page.size());
    bytes.add(page.bytes().length());
    if (page.size() == 0) {
      emptyReads.increment();
    }
  }

  void violation(String sentence) {
    synchronized (violations) {
      if (violations.size() < MOST_VIOLATIONS) {
        violations.add(sentence);
      }
    }
  }

  /** Notes a DescribeStream and says whether it is within the limit of a second. */
  boolean mayDescribe(long now, int perSecond) {
    synchronized (describes) {
      while (!describes.isEmpty() && describes.peekFirst() <= now - 1_000) {
        describes.removeFirst();
      }
      if (describes.size() >= perSecond) {
        return false;
      }
      describes.addLast(now);
      return true;
    }
  }

  Report report() {
    Map<String, Report.Calls> operations = new LinkedHashMap<>();
    long throttles = 0;
    for (Operation operation : Operation.values()) {
      if (!operation.isOfReaders()) {
        continue;
      }
      Map<String, Long> failures = sums(errors.getOrDefault(operation, Map.of()));
      LongAdder count = calls.get(operation);
      operations.put(
          operation.wireName(), new Report.Calls(count == null ? 0 : count.sum(), failures));
      for (Map.Entry<String, Long> failure : failures.entrySet()) {
        throttles += THROTTLES.contains(failure.getKey()) ? failure.getValue() : 0;
      }
    }
    Map<String, Long> reads = sums(readsByShard);
    long billed = reads.values().stream().mapToLong(Long::longValue).sum();
    synchronized (violations) {
      return new Report(
          operations,
          billed,
          emptyReads.sum(),
          records.sum(),
          bytes.sum(),
          throttles,
          reads,
          new ArrayList<>(violations));
    }
  }

  void reset() {
    calls.clear();
    errors.clear();
    readsByShard.clear();
    emptyReads.reset();
    records.reset();
    bytes.reset();
    synchronized (violations) {
      violations.clear();
    }
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((name, count) -> sums.put(name, count.sum()));
    return sums;
  }
}
