package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.enumerator.SimulatedStreams.Change;
import io.decisionstore.dynamodb.source.enumerator.SimulatedStreams.Shard;
import io.decisionstore.dynamodb.source.split.ShardEnd;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.connector.source.SourceEvent;

/** A subtask: its shards, what it has told the enumerator, and its network buffers. */
final class SimulatedReader {

  /** A checkpoint's barrier among the changes. */
  record Barrier(long checkpointId) {}

  private static final long VISIBLE_AFTER_MS = 2_000;

  private final SimulatedStreams streams;
  private final Map<String, ShardSplit> splits = new LinkedHashMap<>();
  private final Map<String, Integer> indexes = new HashMap<>();
  private final Map<ShardSplit, Long> finishedSince = new LinkedHashMap<>();

  /** Changes and barriers on their way to the next operator. */
  final Deque<Object> channel = new ArrayDeque<>();

  /** Events on their way to the enumerator. */
  final Deque<SourceEvent> outbox = new ArrayDeque<>();

  /** Splits that must not come before the barrier: they were assigned after the snapshot. */
  private final List<ShardSplit> behindBarrier = new ArrayList<>();

  private boolean barrierPending;

  /** How many of the events on their way were told before the last barrier. */
  int toldBeforeBarrier;

  SimulatedReader(SimulatedStreams streams, List<ShardSplit> restored) {
    this.streams = streams;
    for (ShardSplit split : restored) {
      if (split.end() != null) {
        finishedSince.put(split, Long.MAX_VALUE);
        tell(split);
      } else {
        take(split);
      }
    }
  }

  void assigned(ShardSplit split) {
    if (barrierPending) {
      behindBarrier.add(split);
    } else {
      take(split);
    }
  }

  private void take(ShardSplit split) {
    if (splits.put(split.splitId(), split) != null) {
      throw new AssertionError(split.splitId() + " was given to a reader that has it");
    }
    int index = 0;
    if (split.iterator() != null) {
      index = Integer.parseInt(split.iterator());
    } else if (split.atRecord()) {
      index = Integer.parseInt(split.position()) + 1;
    }
    indexes.put(split.splitId(), index);
  }

  boolean has(String splitId) {
    return splits.containsKey(splitId);
  }

  /** Reads some changes of some shard. */
  void read(Random random, long now) {
    if (splits.isEmpty()) {
      return;
    }
    List<String> ids = List.copyOf(splits.keySet());
    String id = ids.get(random.nextInt(ids.size()));
    Shard shard = streams.shard(splits.get(id));
    for (int left = random.nextInt(5); left >= 0; left--) {
      ShardSplit split = splits.get(id);
      int index = indexes.get(id);
      if (index == shard.changes.size()) {
        if (shard.closed) {
          end(split.readUntil(now), ShardEnd.CLOSED);
        } else if (split.until() < Long.MAX_VALUE && now > split.until() + VISIBLE_AFTER_MS) {
          end(split.readUntil(now), ShardEnd.BOUND);
        }
        return;
      }
      Change change = shard.changes.get(index);
      if (change.createdAt() > split.until()) {
        end(split, ShardEnd.BOUND);
        return;
      }
      if (change.createdAt() >= split.from()) {
        channel.add(change);
      }
      indexes.put(id, index + 1);
      splits.put(id, split.after("" + index, change.createdAt()));
    }
  }

  private void end(ShardSplit split, ShardEnd end) {
    splits.remove(split.splitId());
    ShardSplit ended = split.ended(end);
    finishedSince.put(ended, Long.MAX_VALUE);
    tell(ended);
  }

  private void tell(ShardSplit split) {
    outbox.add(new ShardFinishedEvent(split.splitId(), split.end(), split.readUntil()));
  }

  /** The enumerator has taken its part of a checkpoint. */
  void closeGateway() {
    barrierPending = true;
  }

  boolean barrierPending() {
    return barrierPending;
  }

  List<ShardSplit> snapshot(long checkpointId) {
    List<ShardSplit> state = new ArrayList<>();
    splits.values().forEach(split -> state.add(split.withoutLatest()));
    state.addAll(finishedSince.keySet());
    finishedSince.replaceAll((split, since) -> Math.min(since, checkpointId));
    channel.add(new Barrier(checkpointId));
    toldBeforeBarrier = outbox.size();
    openGateway();
    return state;
  }

  void openGateway() {
    barrierPending = false;
    behindBarrier.forEach(this::take);
    behindBarrier.clear();
  }

  void completed(long checkpointId, Random random) {
    finishedSince.values().removeIf(since -> since <= checkpointId);
    HashMap<String, Double> loads = new HashMap<>();
    splits.keySet().forEach(splitId -> loads.put(splitId, Math.pow(10, random.nextInt(5))));
    outbox.add(new LoadEvent(loads));
  }
}
