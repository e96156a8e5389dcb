package io.decisionstore.dynamodb.source.enumerator;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Which subtask a shard is best read by, from the bytes per second that readers tell.
 *
 * <p>A shard whose load nobody has told yet counts as the mean of those that are known.
 */
final class Placement {
  /** A subtask carries clearly more than its share above this many times the mean. */
  static final double CLEARLY_MORE = 1.25;

  private static final Load NOTHING = new Load();

  /** What a subtask's shards carry, kept up with each change: there may be thousands of shards. */
  private static final class Load {
    double told;
    int untold;
    int count;
  }

  private final Map<String, Integer> owners = new HashMap<>();
  private final Map<String, Double> rates = new HashMap<>();
  private final Map<Integer, Load> loads = new HashMap<>();

  /** A shard was given to a subtask. */
  void assigned(String splitId, int subtask) {
    released(splitId);
    owners.put(splitId, subtask);
    count(splitId, loads.computeIfAbsent(subtask, id -> new Load()), 1);
  }

  /** A shard is read by nobody now; its rate is kept, as what its children will carry. */
  void released(String splitId) {
    Integer owner = owners.remove(splitId);
    if (owner != null) {
      count(splitId, loads.get(owner), -1);
    }
  }

  /** A shard will not be asked for again. */
  void forget(String splitId) {
    released(splitId);
    rates.remove(splitId);
  }

  /** A subtask told what its shards carry; after a restore this also says where shards are. */
  void told(int subtask, Map<String, Double> bytesPerSecond) {
    bytesPerSecond.forEach(
        (splitId, rate) -> {
          released(splitId);
          rates.put(splitId, rate);
          assigned(splitId, subtask);
        });
  }

  /** What a child will carry: its part of what its parent carried. */
  void expect(String childId, String parentId, int siblings) {
    Double parent = rates.get(parentId);
    if (parent != null && !owners.containsKey(childId)) {
      rates.putIfAbsent(childId, parent / Math.max(1, siblings));
    }
  }

  /** The subtask with the least load; of equals the one with the fewest shards. */
  int leastLoaded(Collection<Integer> subtasks) {
    double mean = mean();
    return subtasks.stream()
        .min(
            Comparator.comparingDouble((Integer subtask) -> load(subtask, mean))
                .thenComparingInt(subtask -> loads.getOrDefault(subtask, NOTHING).count)
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  /**
   * Whether a shard is worth a wait for another subtask: with it this one would carry clearly more
   * than its share, and the most that either of the two carries would become less.
   */
  boolean worthMoving(String splitId, int subtask, Collection<Integer> subtasks) {
    double mean = mean();
    double rate = rates.getOrDefault(splitId, mean);
    double here = load(subtask, mean) + rate;
    double there = load(leastLoaded(subtasks), mean) + rate;
    double all = rate;
    for (int one : subtasks) {
      all += load(one, mean);
    }
    return here > CLEARLY_MORE * all / subtasks.size() && there < here;
  }

  /** Bytes per second; shards alone where none has told any. */
  double load(int subtask) {
    return load(subtask, mean());
  }

  private double load(int subtask, double mean) {
    Load load = loads.getOrDefault(subtask, NOTHING);
    return load.told + load.untold * mean;
  }

  private double mean() {
    double told = 0;
    int count = 0;
    for (Load load : loads.values()) {
      told += load.told;
      count += load.count - load.untold;
    }
    return count == 0 ? 1 : told / count;
  }

  private void count(String splitId, Load load, int sign) {
    Double rate = rates.get(splitId);
    load.count += sign;
    if (rate == null) {
      load.untold += sign;
    } else {
      load.told += sign * rate;
    }
    if (load.count == load.untold) {
      load.told = 0; // what rounding has left
    }
  }
}
