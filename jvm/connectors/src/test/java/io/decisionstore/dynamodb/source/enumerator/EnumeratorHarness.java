package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StreamPosition;
import io.decisionstore.dynamodb.source.config.StreamPosition.Kind;
import io.decisionstore.dynamodb.source.split.ShardEnd;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** An enumerator with listed streams, in virtual time. */
final class EnumeratorHarness {
  static final long NOW = 1_800_000_000_000L;

  final VirtualContext context = new VirtualContext(NOW).register(0);
  final ListedStreams streams = new ListedStreams(context::now);
  List<String> told = new ArrayList<>(List.of("t"));
  StreamPosition start = new StreamPosition(Kind.TRIM_HORIZON, 0);
  StreamPosition stop;
  LossPolicy onTrimmed = LossPolicy.FAIL;
  LossPolicy onNewStream = LossPolicy.FAIL;
  ShardEnumerator enumerator;

  SourceConfig config() {
    return new SourceConfig(
        told,
        "r",
        null,
        start,
        stop,
        List.of(),
        null,
        null,
        0,
        Duration.ofSeconds(10),
        onTrimmed,
        onNewStream);
  }

  EnumeratorHarness readers(int count) {
    context.parallelism = count;
    for (int i = 0; i < count; i++) {
      context.register(i);
    }
    return this;
  }

  EnumeratorHarness created(EnumeratorState restored) {
    enumerator = new ShardEnumerator(context, config(), streams, restored, context, new Random(1));
    return this;
  }

  EnumeratorHarness started(EnumeratorState restored) {
    created(restored).enumerator.start();
    context.pass(2_500);
    return this;
  }

  EnumeratorHarness started() {
    return started(null);
  }

  void ended(int subtask, String shardId, ShardEnd end) {
    enumerator.handleSourceEvent(
        subtask,
        new ShardFinishedEvent(
            ShardSplit.id(ListedStreams.ARN, shardId), end, context.wallMillis()));
  }

  void ended(String shardId) {
    ended(0, shardId, ShardEnd.CLOSED);
  }

  void checkpoint(long id) {
    enumerator.snapshotState(id);
    enumerator.notifyCheckpointComplete(id);
  }

  void load(int subtask, String shardId, double rate) {
    enumerator.handleSourceEvent(
        subtask,
        new LoadEvent(
            new java.util.HashMap<>(Map.of(ShardSplit.id(ListedStreams.ARN, shardId), rate))));
  }

  Lineage.Status status(String shardId) {
    return enumerator.snapshotState(1_000_000).streams().stream()
        .flatMap(stream -> stream.shards().stream())
        .filter(shard -> shard.shardId().equals(shardId))
        .map(Lineage.Shard::status)
        .findFirst()
        .orElse(null);
  }

  static ShardSplit split(String shardId) {
    return ShardSplit.fromStart(ListedStreams.ARN, shardId, 0, 0, Long.MAX_VALUE);
  }
}
