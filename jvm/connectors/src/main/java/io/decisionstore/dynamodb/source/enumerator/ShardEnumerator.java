package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.StreamsClient;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StartPosition;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
   * Where shards that are not in the lineage's ordinary course begin: first shards at LATEST, or
   * returned splits.
   */
  private final Map<String, ShardSplit> positions = new HashMap<>();

  private boolean firstListing;

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
    this.streamArn = client.streamArn();
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
    context.callAsync(client::shards, this::listed, 0, config.discoveryInterval().toMillis());
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
      lineage.finished(finished.shardId());
      assign();
      if (!lineage.hasChild(finished.shardId())) {
        context.callAsync(client::shards, this::listed);
        context.callAsync(
            () -> {
              Thread.sleep(CHILD_RETRY_MS);
              return client.shards();
            },
            this::listed);
      }
    }
  }

  @Override
  public void addSplitsBack(List<ShardSplit> splits, int subtaskId) {
    for (ShardSplit split : splits) {
      positions.put(split.shardId(), split.withoutLatest());
    }
    assign();
  }

  @Override
  public EnumeratorState snapshotState(long checkpointId) {
    // A split that came back is not a reader's any more: to a restored enumerator it is waiting
    // again, and since a
    // shard never read before begins at TRIM_HORIZON or LATEST only its first position is lost with
    // it.
    return new EnumeratorState(
        streamArn,
        lineage.shards().stream()
            .map(shard -> positions.containsKey(shard.shardId()) ? waiting(shard) : shard)
            .toList());
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private void listed(List<StreamsClient.ListedShard> shards, Throwable failure) {
    if (failure != null) {
      if (firstListing || !client.isTransient(failure)) {
        throw new IllegalStateException(client.explain(failure), failure);
      }
      LOG.warn("The shards of {} could not be listed; trying again.", streamArn, failure);
      return;
    }
    for (StreamsClient.ListedShard shard : shards) {
      lineage.discovered(shard.shardId(), shard.parentId());
      if (firstListing && config.start() == StartPosition.LATEST) {
        if (shard.closed()) {
          lineage.finished(shard.shardId());
        } else {
          positions.put(
              shard.shardId(), new ShardSplit(streamArn, shard.shardId(), ShardSplit.LATEST));
        }
      }
    }
    firstListing = false;
    Set<String> ids =
        shards.stream().map(StreamsClient.ListedShard::shardId).collect(Collectors.toSet());
    lineage.trimTo(ids);
    assign();
  }

  private void assign() {
    Map<String, ShardSplit> ready = new LinkedHashMap<>();
    for (Lineage.Shard shard : lineage.readable()) {
      ready.put(
          shard.shardId(), new ShardSplit(streamArn, shard.shardId(), ShardSplit.TRIM_HORIZON));
    }
    for (Lineage.Shard shard : lineage.shards()) {
      ShardSplit returned = positions.get(shard.shardId());
      boolean mayStart =
          shard.status() == Lineage.Status.ASSIGNED || ready.containsKey(shard.shardId());
      if (returned != null && mayStart) {
        ready.put(shard.shardId(), returned);
      }
    }
    for (ShardSplit split : ready.values()) {
      int owner = Math.floorMod(split.shardId().hashCode(), context.currentParallelism());
      if (context.registeredReaders().containsKey(owner)) {
        context.assignSplit(split, owner);
        lineage.assigned(split.shardId());
        positions.remove(split.shardId());
      }
    }
  }

  private static Lineage.Shard waiting(Lineage.Shard shard) {
    return shard.status() == Lineage.Status.ASSIGNED
        ? new Lineage.Shard(shard.shardId(), shard.parentId(), Lineage.Status.WAITING)
        : shard;
  }
}
