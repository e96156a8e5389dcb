package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.StreamsClient;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.enumerator.ShardFinishedEvent;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.source.split.ShardSplitState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
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
    extends SingleThreadMultiplexSourceReaderBase<StreamRecord, Row, ShardSplit, ShardSplitState> {

  /** Not yet part of a checkpoint. */
  private static final long NO_CHECKPOINT = Long.MAX_VALUE;

  private final Map<ShardSplit, Long> finishedSince = new LinkedHashMap<>();

  public ShardReader(
      Supplier<StreamsClient> client,
      SourceConfig config,
      Configuration configuration,
      SourceReaderContext context) {
    super(
        () -> new ShardSplitReader(client.get(), config),
        new RowEmitter(config.columns()),
        configuration,
        context);
  }

  @Override
  public void start() {
    finishedSince.keySet().forEach(this::tellFinished);
  }

  @Override
  public void addSplits(List<ShardSplit> splits) {
    List<ShardSplit> unread = new ArrayList<>();
    for (ShardSplit split : splits) {
      if (split.finished()) {
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
    super.snapshotState(checkpointId).forEach(split -> splits.add(split.withoutLatest()));
    splits.addAll(finishedSince.keySet());
    finishedSince.replaceAll((split, since) -> Math.min(since, checkpointId));
    return splits;
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    finishedSince.values().removeIf(since -> since <= checkpointId);
  }

  @Override
  protected void onSplitFinished(Map<String, ShardSplitState> finished) {
    for (ShardSplitState state : finished.values()) {
      ShardSplit split = state.split().at(ShardSplit.FINISHED);
      finishedSince.put(split, NO_CHECKPOINT);
      tellFinished(split);
    }
  }

  @Override
  protected ShardSplitState initializedState(ShardSplit split) {
    return new ShardSplitState(split);
  }

  @Override
  protected ShardSplit toSplitType(String splitId, ShardSplitState state) {
    return state.split();
  }

  private void tellFinished(ShardSplit split) {
    context.sendSourceEventToCoordinator(new ShardFinishedEvent(split.shardId()));
  }
}
