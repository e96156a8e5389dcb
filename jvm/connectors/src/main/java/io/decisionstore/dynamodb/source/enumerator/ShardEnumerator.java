package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StreamPosition;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds shards and hands each to a reader once its parent has been read to its end. */
public final class ShardEnumerator implements SplitEnumerator<ShardSplit, EnumeratorState> {
  private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

  /** A closed shard's children become visible a moment after its end. */
  private static final long CHILD_RETRY_MS = 500;

  private final SplitEnumeratorContext<ShardSplit> context;
  private final SourceConfig config;
  private final StreamsClient client;
  private final String streamArn;
  private final Lineage lineage;

  /**
   * First shards that are not yet assigned and begin at LATEST; every other shard begins at its
   * start.
   */
  private final Set<String> startingAtLatest = new HashSet<>();

  /**
   * Ends no completed checkpoint holds: the reader that told them goes back before them if it
   * fails.
   */
  private final Map<String, UncheckpointedEnd> uncheckpointedEnds = new HashMap<>();

  /**
   * Which reader told a shard's end. Its children go there too: from another subtask their records
   * could overtake the parent's last ones, which may still lie in network buffers.
   */
  private final Map<String, Integer> endedAt = new HashMap<>();

  private boolean firstListing;

  /**
   * A shard's end.
   *
   * @param subtaskId whose reader told it
   * @param checkpointId the first checkpoint of the enumerator that holds it
   */
  private record UncheckpointedEnd(int subtaskId, long checkpointId) {
    static final long NO_CHECKPOINT = Long.MAX_VALUE;
  }

  /**
   * @param restored the checkpoint's state, or null at a first start
   */
  public ShardEnumerator(
      SplitEnumeratorContext<ShardSplit> context,
      SourceConfig config,
      StreamsClient client,
      EnumeratorState restored) {
    this.context = context;
    this.config = config;
    this.client = client;
    this.streamArn =
        config.streams().get(0).startsWith("arn")
            ? config.streams().get(0)
            : client
                .streamsOf(config.streams().get(0))
                .get(client.streamsOf(config.streams().get(0)).size() - 1)
                .arn();
    if (restored != null && !restored.streamArn().equals(streamArn)) {
      throw new IllegalStateException(
          ("The checkpoint was taken on stream %s and the table's stream is now %s: the stream was disabled and enabled"
                  + " again, so changes in between are lost to it. Start without the checkpoint and bootstrap from the table.")
              .formatted(restored.streamArn(), streamArn));
    }
    this.lineage = new Lineage(restored == null ? List.of() : restored.shards());
    this.firstListing = restored == null;
  }

  @Override
  public void start() {
    context.callAsync(
        () -> client.shards(streamArn), this::listed, 0, config.discoveryInterval().toMillis());
  }

  @Override
  public void addReader(int subtaskId) {
    assign();
  }

  @Override
  public void handleSplitRequest(int subtaskId, String requesterHostname) {
    // Shards are given to readers, not asked for: a reader takes as many as the stream has.
  }

  @Override
  public void handleSourceEvent(int subtaskId, SourceEvent event) {
    if (event instanceof ShardFinishedEvent finished) {
      lineage.finished(finished.splitId().substring(streamArn.length() + 1));
      endedAt.put(finished.splitId().substring(streamArn.length() + 1), subtaskId);
      uncheckpointedEnds.put(
          finished.splitId().substring(streamArn.length() + 1),
          new UncheckpointedEnd(subtaskId, UncheckpointedEnd.NO_CHECKPOINT));
      assign();
      if (!lineage.hasChild(finished.splitId().substring(streamArn.length() + 1))) {
        context.callAsync(() -> client.shards(streamArn), this::listed);
        context.callAsync(
            () -> {
              Thread.sleep(CHILD_RETRY_MS);
              return client.shards(streamArn);
            },
            this::listed);
      }
    }
  }

  /**
   * A reader failed and goes back to the last completed checkpoint.
   *
   * <p>What it was given since comes back here, also what it has read to its end: those records are
   * in no state. The ends of shards that it still had at the checkpoint do not count any more
   * either: it reads them again, and until then their children wait. A returned shard is read from
   * its start, also one that began at LATEST: what was written since would be lost otherwise.
   */
  @Override
  public void addSplitsBack(List<ShardSplit> splits, int subtaskId) {
    uncheckpointedEnds
        .entrySet()
        .removeIf(
            end -> {
              boolean takenBack = end.getValue().subtaskId() == subtaskId;
              if (takenBack) {
                lineage.assigned(end.getKey());
              }
              return takenBack;
            });
    for (ShardSplit split : splits) {
      lineage.returned(split.shardId());
    }
    assign();
  }

  @Override
  public EnumeratorState snapshotState(long checkpointId) {
    uncheckpointedEnds.replaceAll(
        (shardId, end) ->
            new UncheckpointedEnd(end.subtaskId(), Math.min(end.checkpointId(), checkpointId)));
    return new EnumeratorState(streamArn, lineage.shards());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    uncheckpointedEnds.values().removeIf(end -> end.checkpointId() <= checkpointId);
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private void listed(List<StreamsClient.ListedShard> shards, Throwable failure) {
    if (failure != null) {
      if (firstListing || !(failure instanceof StreamsException e && e.passes())) {
        throw new IllegalStateException(failure.getMessage(), failure);
      }
      LOG.warn("The shards of {} could not be listed; trying again.", streamArn, failure);
      return;
    }
    shards.forEach(shard -> lineage.discovered(shard.shardId(), shard.parentId()));
    if (firstListing && config.start().kind() == StreamPosition.Kind.LATEST) {
      startAtLatest(shards);
    }
    firstListing = false;
    Set<String> ids =
        shards.stream().map(StreamsClient.ListedShard::shardId).collect(Collectors.toSet());
    lineage.trimTo(ids);
    endedAt.keySet().retainAll(ids);
    assign();
  }

  /**
   * Skips what was there before the start: closed shards as a whole, open ones up to now.
   *
   * <p>A shard below one that is open in the same listing was split off while it was being listed:
   * all of it is new.
   */
  private void startAtLatest(List<StreamsClient.ListedShard> shards) {
    Map<String, StreamsClient.ListedShard> byId =
        shards.stream().collect(Collectors.toMap(StreamsClient.ListedShard::shardId, s -> s));
    for (StreamsClient.ListedShard shard : shards) {
      if (hasOpenAncestor(shard, byId)) {
        continue;
      }
      if (shard.closed()) {
        lineage.finished(shard.shardId());
      } else {
        startingAtLatest.add(shard.shardId());
      }
    }
  }

  private static boolean hasOpenAncestor(
      StreamsClient.ListedShard shard, Map<String, StreamsClient.ListedShard> byId) {
    StreamsClient.ListedShard ancestor = byId.get(shard.parentId());
    while (ancestor != null) {
      if (!ancestor.closed()) {
        return true;
      }
      ancestor = byId.get(ancestor.parentId());
    }
    return false;
  }

  private void assign() {
    for (Lineage.Shard shard : lineage.readable()) {
      int owner = owner(shard);
      if (context.registeredReaders().containsKey(owner)) {
        boolean latest = startingAtLatest.remove(shard.shardId());
        String position = latest ? ShardSplit.LATEST : ShardSplit.TRIM_HORIZON;
        context.assignSplit(
            new ShardSplit(streamArn, shard.shardId(), position, 0, 0, 0, Long.MAX_VALUE, null),
            owner);
        lineage.assigned(shard.shardId());
      }
    }
  }

  private int owner(Lineage.Shard shard) {
    Integer parentsReader = endedAt.get(shard.parentId());
    return parentsReader == null
        ? Math.floorMod(shard.shardId().hashCode(), context.currentParallelism())
        : parentsReader;
  }
}
