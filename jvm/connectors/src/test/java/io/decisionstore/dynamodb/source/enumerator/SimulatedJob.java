package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.enumerator.SimulatedReader.Barrier;
import io.decisionstore.dynamodb.source.enumerator.SimulatedStreams.Change;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.source.split.ShardSplitSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A job of Flink in steps: readers, network buffers, checkpoints with aligned barriers, and its two
 * kinds of failover.
 *
 * <p>Either one operator takes the channels of all readers, or each reader has one of its own and
 * can fail alone.
 */
final class SimulatedJob {

  /** A change in an operator's state. */
  record Processed(long step, Change change) {}

  /** A checkpoint, under way or completed. */
  private static final class Checkpoint {
    final long id;
    final byte[] enumerator;
    final boolean begun;
    final Map<Integer, List<ShardSplit>> splits = new HashMap<>();
    final Map<Integer, List<Processed>> operators = new HashMap<>();
    final Set<Integer> aligned = new HashSet<>();

    Checkpoint(long id, byte[] enumerator, boolean begun) {
      this.id = id;
      this.begun = begun;
      this.enumerator = enumerator;
    }
  }

  private final SourceConfig config;
  private final SimulatedStreams streams;
  private final Random random;
  private final boolean shuffled;
  private final EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();

  VirtualContext context;
  ShardEnumerator enumerator;
  private int parallelism;
  private SimulatedReader[] readers;
  private List<List<Processed>> operators;

  /** Flink's record of what was assigned since which checkpoint. */
  private final Map<Integer, List<ShardSplit>> assignedSince = new HashMap<>();

  private final TreeMap<Long, Map<Integer, List<ShardSplit>>> assignedBefore = new TreeMap<>();
  private Checkpoint pending;
  private Checkpoint completed;
  private long checkpointIds;
  private long step;

  /** The step at which the present enumerator, started without a state, had listed its streams. */
  long begunAt = -1;

  SimulatedJob(
      SourceConfig config,
      SimulatedStreams streams,
      Random random,
      boolean shuffled,
      VirtualContext context) {
    this.config = config;
    this.streams = streams;
    this.random = random;
    this.shuffled = shuffled;
    this.context = context;
  }

  void start(int newParallelism) throws IOException {
    parallelism = newParallelism;
    pending = null;
    assignedSince.clear();
    assignedBefore.clear();
    VirtualContext old = context;
    old.close();
    context = new VirtualContext(old.now());
    context.latency = random.nextInt(60);
    context.parallelism = parallelism;
    streams.clock = context::now;
    context.onAssigned =
        (subtask, split) -> {
          assignedSince.computeIfAbsent(subtask, id -> new ArrayList<>()).add(split);
          readers[subtask].assigned(split);
        };
    EnumeratorState state =
        completed == null ? null : serializer.deserialize(2, completed.enumerator);
    enumerator =
        new ShardEnumerator(
            context, config, streams, state, context, new Random(random.nextLong()));
    enumerator.start();
    if (completed == null) {
      begunAt = -1;
    }
    readers = new SimulatedReader[parallelism];
    operators = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      operators.add(new ArrayList<>());
    }
    List<List<ShardSplit>> splits = new ArrayList<>();
    operators.forEach(operator -> splits.add(new ArrayList<>()));
    if (completed != null) {
      completed.operators.values().forEach(operators.get(0)::addAll);
      int next = 0;
      for (List<ShardSplit> of : completed.splits.values()) {
        for (ShardSplit split : of) {
          splits.get(next++ % parallelism).add(kept(split));
        }
      }
      // What is in no reader's hands any more cannot be restored twice under the new numbers.
      Checkpoint redistributed =
          new Checkpoint(completed.id, completed.enumerator, completed.begun);
      for (int i = 0; i < parallelism; i++) {
        redistributed.splits.put(i, splits.get(i));
        redistributed.operators.put(i, List.copyOf(operators.get(i)));
      }
      completed = redistributed;
    }
    for (int i = 0; i < parallelism; i++) {
      register(i, splits.get(i));
    }
  }

  private static ShardSplit kept(ShardSplit split) throws IOException {
    ShardSplitSerializer serializer = new ShardSplitSerializer();
    return serializer.deserialize(2, serializer.serialize(split));
  }

  private void register(int subtask, List<ShardSplit> restored) {
    readers[subtask] = new SimulatedReader(streams, restored);
    context.register(subtask);
    enumerator.addReader(subtask);
  }

  /** A failover that leaves the enumerator alone: of one reader, or of all that are connected. */
  void failReaders() {
    abort();
    int one = random.nextInt(parallelism);
    for (int i = 0; i < parallelism; i++) {
      if (shuffled || i == one) {
        readers[i] = null;
        context.readers.remove(i);
        context.dismissed.remove(i);
        operators.set(
            i, completed == null ? new ArrayList<>() : new ArrayList<>(completed.operators.get(i)));
        enumerator.addSplitsBack(takeAssigned(i, completed == null ? -1 : completed.id), i);
      }
    }
  }

  private List<ShardSplit> takeAssigned(int subtask, long checkpointId) {
    List<ShardSplit> back = new ArrayList<>();
    assignedBefore
        .tailMap(checkpointId, false)
        .values()
        .forEach(
            assigned -> {
              List<ShardSplit> of = assigned.remove(subtask);
              if (of != null) {
                back.addAll(of);
              }
            });
    List<ShardSplit> since = assignedSince.remove(subtask);
    if (since != null) {
      back.addAll(since);
    }
    return back;
  }

  void restartReaders() {
    for (int i = 0; i < parallelism; i++) {
      if (readers[i] == null) {
        register(i, completed == null ? List.of() : completed.splits.get(i));
      }
    }
  }

  private boolean running() {
    for (SimulatedReader reader : readers) {
      if (reader == null) {
        return false;
      }
    }
    return true;
  }

  void beginCheckpoint() throws IOException {
    if (pending == null && running()) {
      long id = ++checkpointIds;
      pending =
          new Checkpoint(
              id, serializer.serialize(enumerator.snapshotState(id)), enumerator.hasBegun());
      assignedBefore.put(id, new HashMap<>(assignedSince));
      assignedSince.clear();
      for (SimulatedReader reader : readers) {
        reader.closeGateway();
      }
    }
  }

  void abort() {
    if (pending != null) {
      pending = null;
      for (int i = 0; i < parallelism; i++) {
        if (readers[i] != null) {
          readers[i].channel.removeIf(Barrier.class::isInstance);
          readers[i].openGateway();
        }
      }
    }
  }

  void barrier(int subtask) {
    SimulatedReader reader = readers[subtask];
    if (pending != null && reader != null && reader.barrierPending()) {
      pending.splits.put(subtask, reader.snapshot(pending.id));
    }
  }

  /** An operator takes the next change or barrier of a channel. */
  void process(int subtask) {
    SimulatedReader reader = readers[subtask];
    if (reader == null
        || reader.channel.isEmpty()
        || pending != null && pending.aligned.contains(subtask)) {
      return;
    }
    Object next = reader.channel.poll();
    if (next instanceof Change change) {
      operators.get(subtask).add(new Processed(step, change));
      return;
    }
    if (shuffled) {
      pending.aligned.add(subtask);
      if (pending.aligned.size() == parallelism) {
        for (int i = 0; i < parallelism; i++) {
          pending.operators.put(i, List.copyOf(operators.get(i)));
        }
      }
    } else {
      pending.operators.put(subtask, List.copyOf(operators.get(subtask)));
    }
    if (pending.operators.size() == parallelism) {
      complete();
    }
  }

  private void complete() {
    // What a reader told before it acknowledged its part has arrived before that.
    for (int subtask = 0; subtask < parallelism; subtask++) {
      while (readers[subtask].toldBeforeBarrier > 0) {
        deliver(subtask);
      }
    }
    completed = pending;
    pending = null;
    assignedBefore.headMap(completed.id, true).clear();
    enumerator.notifyCheckpointComplete(completed.id);
    for (SimulatedReader reader : readers) {
      if (random.nextInt(10) > 0) {
        reader.completed(completed.id, random);
      }
    }
  }

  private void deliver(int subtask) {
    readers[subtask].toldBeforeBarrier--;
    enumerator.handleSourceEvent(subtask, readers[subtask].outbox.poll());
  }

  /** Anything that may happen at any moment, in any order. */
  void anything() {
    step++;
    context.pass(1 + random.nextInt(40));
    if (begunAt < 0 && enumerator.hasBegun()) {
      begunAt = step;
    }
    int subtask = random.nextInt(parallelism);
    SimulatedReader reader = readers[subtask];
    switch (random.nextInt(4)) {
      case 0 -> process(subtask);
      case 1 -> barrier(subtask);
      case 2 -> {
        if (reader != null && !reader.outbox.isEmpty()) {
          deliver(subtask);
        }
      }
      default -> {
        if (reader != null) {
          reader.read(random, context.now());
        }
      }
    }
  }

  /** Lets everything come to rest, with checkpoints. */
  void rest() throws IOException {
    restartReaders();
    for (int round = 0; round < 40; round++) {
      for (int subtask = 0; subtask < parallelism; subtask++) {
        SimulatedReader reader = readers[subtask];
        for (int i = 0; i < 20; i++) {
          step++;
          reader.read(random, context.now());
          process(subtask);
        }
        while (!reader.outbox.isEmpty()) {
          deliver(subtask);
        }
        barrier(subtask);
      }
      context.pass(100);
    }
    beginCheckpoint();
  }

  /**
   * Whether a stream that is replaced now is one the job will always know: a first start does not.
   */
  boolean knowsItsStreams() {
    return completed != null && completed.begun;
  }

  long step() {
    return step;
  }

  int parallelism() {
    return parallelism;
  }

  List<Processed> state() {
    return operators.stream().flatMap(List::stream).toList();
  }

  Set<Integer> dismissed() {
    return context.dismissed;
  }
}
