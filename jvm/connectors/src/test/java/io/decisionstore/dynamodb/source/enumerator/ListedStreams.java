package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Streams as a test lists them. */
final class ListedStreams implements StreamsClient {
  static final String ARN = arn("t", "2026-01-01");

  private final Map<String, Map<String, ListedShard>> shards = new LinkedHashMap<>();
  private final LongSupplier clock;

  /** When each call was made, by kind. */
  final Map<String, List<Long>> calls = new LinkedHashMap<>();

  /** Shards that no list shows (yet). */
  final Set<String> hidden = new HashSet<>();

  /** Shards whose children only a full list shows. */
  boolean ignoresFilter;

  /** The next calls fail so. */
  final List<StreamsException> failures = new ArrayList<>();

  /** Runs before each iterator is given. */
  Runnable atIterator = () -> {};

  /** Nobody can say which streams a table has. */
  boolean streamsOfFails;

  boolean closed;

  ListedStreams(LongSupplier clock) {
    this.clock = clock;
  }

  static String arn(String table, String label) {
    return "arn:aws:dynamodb:eu-west-1:1:table/" + table + "/stream/" + label;
  }

  ListedStreams stream(String arn) {
    shards.putIfAbsent(arn, new LinkedHashMap<>());
    return this;
  }

  ListedStreams open(String shardId, String parentId) {
    return put(ARN, new ListedShard(shardId, parentId, false));
  }

  ListedStreams closed(String shardId, String parentId) {
    return put(ARN, new ListedShard(shardId, parentId, true));
  }

  ListedStreams put(String arn, ListedShard shard) {
    stream(arn);
    shards.get(arn).put(shard.shardId(), shard);
    return this;
  }

  ListedStreams trim(String shardId) {
    shards.values().forEach(stream -> stream.remove(shardId));
    return this;
  }

  ListedStreams drop(String arn) {
    shards.remove(arn);
    return this;
  }

  int count(String kind) {
    return calls.getOrDefault(kind, List.of()).size();
  }

  private void called(String kind) {
    calls.computeIfAbsent(kind, name -> new ArrayList<>()).add(clock.getAsLong());
    if (!failures.isEmpty()) {
      throw failures.remove(0);
    }
  }

  @Override
  public List<TableStream> streamsOf(String table) {
    called("streamsOf");
    if (streamsOfFails) {
      throw new StreamsException(StreamsException.Kind.THROTTLED, "slow down", null);
    }
    return shards.keySet().stream()
        .filter(arn -> arn.contains("table/" + table + "/"))
        .map(arn -> new TableStream(arn, arn.substring(arn.lastIndexOf('/') + 1)))
        .toList();
  }

  @Override
  public List<ListedShard> shards(String streamArn) {
    called("shards");
    return visible(streamArn);
  }

  @Override
  public List<ListedShard> children(String streamArn, String shardId) {
    called("children");
    return visible(streamArn).stream()
        .filter(shard -> ignoresFilter || shardId.equals(shard.parentId()))
        .toList();
  }

  private List<ListedShard> visible(String streamArn) {
    if (!shards.containsKey(streamArn)) {
      throw new StreamsException(
          StreamsException.Kind.NOT_FOUND, "Stream " + streamArn + " is not found.", null);
    }
    return shards.get(streamArn).values().stream()
        .filter(shard -> !hidden.contains(shard.shardId()))
        .toList();
  }

  @Override
  public CompletableFuture<String> iterator(ShardSplit split) {
    try {
      called("iterator");
    } catch (StreamsException failure) {
      return CompletableFuture.failedFuture(failure);
    }
    atIterator.run();
    return CompletableFuture.completedFuture("at " + split.shardId());
  }

  @Override
  public CompletableFuture<Page> read(String iterator) {
    throw new UnsupportedOperationException("the enumerator reads nothing");
  }

  @Override
  public void close() {
    closed = true;
  }
}
