package io.decisionstore.dynamodb.source.reader;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** A subtask's metrics, in the group `dynamodbStreams`. */
final class ReaderMetrics {
  private final MetricGroup group;
  private final Map<String, ShardMetrics> shards = new ConcurrentHashMap<>();

  /** GetRecords requests that DynamoDB answered, which are what is billed. */
  final Counter billedReads;

  final Counter emptyReads;
  final Counter recordsRead;
  final Counter bytesRead;
  final Counter throttledReads;
  final Counter failedReads;
  final Counter unreadableRecords;
  final Counter skippedRecords;
  final Counter trimmedGaps;

  ReaderMetrics(MetricGroup operator, MemoryBudget budget) {
    group = operator.addGroup("dynamodbStreams");
    billedReads = group.counter("billedReads");
    emptyReads = group.counter("emptyReads");
    recordsRead = group.counter("recordsRead");
    bytesRead = group.counter("bytesRead");
    throttledReads = group.counter("throttledReads");
    failedReads = group.counter("failedReads");
    unreadableRecords = group.counter("unreadableRecords");
    skippedRecords = group.counter("skippedRecords");
    trimmedGaps = group.counter("trimmedGaps");
    group.gauge("openShards", shards::size);
    group.gauge("bytesHeld", budget::taken);
    group.gauge("msBehind", this::msBehind);
  }

  ShardMetrics shard(String splitId, String table, String shardId) {
    return shards.computeIfAbsent(
        splitId, id -> new ShardMetrics(group.addGroup("table", table).addGroup("shard", shardId)));
  }

  void shardDone(String splitId) {
    ShardMetrics done = shards.remove(splitId);
    if (done != null) {
      done.close();
    }
  }

  /** Of the shard that is furthest behind. */
  private long msBehind() {
    return shards.values().stream().mapToLong(ShardMetrics::msBehind).max().orElse(0);
  }

  /** What each shard has carried a second since this was last asked. */
  HashMap<String, Double> takeLoads(long now) {
    HashMap<String, Double> loads = new HashMap<>();
    shards.forEach((splitId, shard) -> loads.put(splitId, shard.takeBytesPerSecond(now)));
    return loads;
  }
}
