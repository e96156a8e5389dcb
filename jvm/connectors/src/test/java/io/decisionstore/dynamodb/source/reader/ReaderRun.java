package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.split.ShardEnd;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.source.split.ShardSplitSerializer;
import io.decisionstore.dynamodb.source.split.ShardSplitState;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/**
 * A split reader between a stream and a job's state, as {@link ShardReader} has it, in one thread:
 * it can be thrown away at any moment and goes on from the last checkpoint.
 */
final class ReaderRun {
  private static final ShardSplitSerializer SERIALIZER = new ShardSplitSerializer();

  /** What a checkpoint holds: positions, and the state that was made of the records before. */
  private record Checkpoint(
      List<byte[]> splits, Map<String, List<String>> inState, Map<String, ShardEnd> ended) {}

  private final FaultyClient client;
  private final SourceConfig config;
  private final VirtualTime time;
  private Checkpoint checkpoint;

  private ShardSplitReader reader;
  private Progress progress;
  private final Map<String, ShardSplitState> states = new LinkedHashMap<>();
  private final Deque<PageRecords> handedOver = new ArrayDeque<>();
  private PageRecords emitting;
  private String emittingSplit;
  MemoryBudget memory;
  ReaderMetrics metrics;

  /** By split, in the order they were emitted. */
  final Map<String, List<String>> inState = new HashMap<>();

  /** Also what the fetcher has handed over and nobody has emitted yet. */
  final Map<String, List<String>> fetched = new HashMap<>();

  final Map<String, ShardEnd> ended = new HashMap<>();

  ReaderRun(
      FaultyClient client, SourceConfig config, VirtualTime time, Collection<ShardSplit> splits) {
    this.client = client;
    this.config = config;
    this.time = time;
    begin(List.copyOf(splits));
  }

  private void begin(List<ShardSplit> splits) {
    memory = new MemoryBudget(config.maxBytes());
    metrics = new ReaderMetrics(new UnregisteredMetricsGroup(), memory);
    progress = new Progress();
    time.forgetSignals();
    reader =
        new ShardSplitReader(
            client, config, new PollPace(config.pace(), 1), memory, metrics, progress, time);
    states.clear();
    splits.forEach(split -> states.put(split.splitId(), new ShardSplitState(split)));
    reader.handleSplitsChanges(new SplitsAddition<>(splits));
  }

  boolean isDone() {
    return states.isEmpty() && emitting == null && handedOver.isEmpty();
  }

  /** Lets the fetcher run until a page has come or a moment is reached. */
  void fetchUntil(long moment) {
    time.at(moment, time::wakeUp);
    PageRecords records = (PageRecords) reader.fetch();
    handedOver.add(records);
    if (records.page() != null) {
      for (int i = 0; i < records.page().size(); i++) {
        fetched
            .computeIfAbsent(records.splitId(), id -> new ArrayList<>())
            .add(records.page().sequenceNumber(i));
      }
    }
  }

  int pagesHandedOver() {
    return handedOver.size() + (emitting == null ? 0 : 1);
  }

  /** Emits up to so many records; what is at a page's end is done as the source reader does it. */
  void emit(int most) {
    for (int i = 0; i < most; i++) {
      if (emitting == null && (emitting = handedOver.poll()) == null) {
        return;
      }
      if (emittingSplit == null) {
        emittingSplit = emitting.nextSplit();
      }
      PageRecords next = emittingSplit == null ? null : emitting.nextRecordFromSplit();
      if (next == null) {
        for (String split : emitting.finishedSplits()) {
          states.remove(split);
          ended.put(split, progress.takeEnd(split).end());
        }
        emitting.recycle();
        emitting = null;
        emittingSplit = null;
        continue;
      }
      inState
          .computeIfAbsent(emittingSplit, id -> new ArrayList<>())
          .add(next.page().sequenceNumber(next.record()));
      next.emittedInto(states.get(emittingSplit));
    }
  }

  void emitAll() {
    while (pagesHandedOver() > 0) {
      emit(1_000);
    }
  }

  void pause(Collection<ShardSplit> splits) {
    reader.pauseOrResumeSplits(splits, List.of());
  }

  void resume(Collection<ShardSplit> splits) {
    reader.pauseOrResumeSplits(List.of(), splits);
  }

  /** The shards that are still read, as a checkpoint would keep them now. */
  List<ShardSplit> splits() {
    return states.values().stream()
        .map(state -> progress.withTip(state.split()).withoutLatest())
        .toList();
  }

  void checkpoint() throws IOException {
    List<byte[]> splits = new ArrayList<>();
    for (ShardSplit split : splits()) {
      splits.add(SERIALIZER.serialize(split));
    }
    checkpoint = new Checkpoint(splits, copy(inState), new HashMap<>(ended));
  }

  /** The reader dies; whatever it had is gone. */
  void die() {
    reader.close();
    handedOver.clear();
    emitting = null;
    emittingSplit = null;
  }

  void restore() throws IOException {
    List<ShardSplit> splits = new ArrayList<>();
    for (byte[] split : checkpoint.splits) {
      splits.add(SERIALIZER.deserialize(SERIALIZER.getVersion(), split));
    }
    inState.clear();
    inState.putAll(copy(checkpoint.inState));
    fetched.clear();
    fetched.putAll(copy(checkpoint.inState));
    ended.clear();
    ended.putAll(checkpoint.ended);
    begin(splits);
  }

  void close() {
    reader.close();
  }

  private static Map<String, List<String>> copy(Map<String, List<String>> records) {
    Map<String, List<String>> copy = new HashMap<>();
    records.forEach((split, list) -> copy.put(split, new ArrayList<>(list)));
    return copy;
  }
}
