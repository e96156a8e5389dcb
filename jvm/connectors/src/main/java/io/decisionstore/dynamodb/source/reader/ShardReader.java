package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.enumerator.LoadEvent;
import io.decisionstore.dynamodb.source.enumerator.ShardFinishedEvent;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.source.split.ShardSplitState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.types.Row;

/**
 * Reads the shards of one subtask.
 *
 * <p>The end of a shard is told to the enumerator at once, and kept in this reader's checkpoints
 * until one of them has completed: the enumerator's own part of a checkpoint is taken before the
 * reader's, so it may not know the end yet, and a shard that nobody reads and nobody calls finished
 * would hide its children for ever.
 */
public final class ShardReader
    extends SingleThreadMultiplexSourceReaderBase<PageRecords, Row, ShardSplit, ShardSplitState> {

  /** Not yet part of a checkpoint. */
  private static final long NO_CHECKPOINT = Long.MAX_VALUE;

  private final StreamsClient client;
  private final ReaderMetrics metrics;
  private final Progress progress;
  private final Map<ShardSplit, Long> finishedSince = new LinkedHashMap<>();

  /** A reader with a client of its own, closed with it. */
  public static ShardReader open(
      StreamsClient.Factory clients, SourceConfig config, SourceReaderContext context) {
    MemoryBudget memory = new MemoryBudget(config.maxBytes());
    ReaderMetrics metrics = new ReaderMetrics(context.metricGroup(), memory);
    return new ShardReader(clients.open(config), config, memory, metrics, new Progress(), context);
  }

  private ShardReader(
      StreamsClient client,
      SourceConfig config,
      MemoryBudget memory,
      ReaderMetrics metrics,
      Progress progress,
      SourceReaderContext context) {
    super(
        () ->
            new ShardSplitReader(
                client,
                config,
                new PollPace(config.pace(), context.currentParallelism()),
                memory,
                metrics,
                progress,
                new ReaderClock.System()),
        new RowEmitter(config, metrics),
        context.getConfiguration(),
        context);
    this.client = client;
    this.metrics = metrics;
    this.progress = progress;
  }

  @Override
  public void start() {
    finishedSince.keySet().forEach(this::tellFinished);
  }

  @Override
  public void addSplits(List<ShardSplit> splits) {
    List<ShardSplit> unread = new ArrayList<>();
    for (ShardSplit split : splits) {
      if (split.end() != null) {
        finishedSince.put(split, NO_CHECKPOINT);
      } else {
        unread.add(split);
      }
    }
    if (!unread.isEmpty()) {
      super.addSplits(unread);
    }
  }

  @Override
  public List<ShardSplit> snapshotState(long checkpointId) {
    List<ShardSplit> splits = new ArrayList<>();
    for (ShardSplit split : super.snapshotState(checkpointId)) {
      splits.add(progress.withTip(split).withoutLatest());
    }
    splits.addAll(finishedSince.keySet());
    finishedSince.replaceAll((split, since) -> Math.min(since, checkpointId));
    return splits;
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    finishedSince.values().removeIf(since -> since <= checkpointId);
    context.sendSourceEventToCoordinator(
        new LoadEvent(metrics.takeLoads(System.currentTimeMillis())));
  }

  @Override
  protected void onSplitFinished(Map<String, ShardSplitState> finished) {
    finished.forEach(
        (splitId, state) -> {
          ShardSplit split = progress.takeEnd(splitId);
          finishedSince.put(split, NO_CHECKPOINT);
          tellFinished(split);
        });
  }

  @Override
  protected ShardSplitState initializedState(ShardSplit split) {
    return new ShardSplitState(split);
  }

  @Override
  protected ShardSplit toSplitType(String splitId, ShardSplitState state) {
    return state.split();
  }

  @Override
  public void close() throws Exception {
    super.close();
    client.close();
  }

  private void tellFinished(ShardSplit split) {
    long readUntil = Math.max(split.writtenAt(), split.readUntil());
    context.sendSourceEventToCoordinator(
        new ShardFinishedEvent(split.splitId(), split.end(), readUntil));
  }
}
