package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Tables that are written to, and whose shards roll and split; lists lag and calls fail. */
final class SimulatedStreams implements StreamsClient {

  /** A change: where it is, and when it was written, by the simulation's steps and its clock. */
  record Change(Shard shard, int index, long step, long createdAt) {}

  /** A shard. */
  static final class Shard {
    final String arn;
    final String id;
    final Shard parent;
    final List<Change> changes = new ArrayList<>();
    boolean closed;
    final long visibleAt;
    long hiddenUntil;
    long hiddenAgainAt;

    Shard(String arn, String id, Shard parent, long visibleAt) {
      this.arn = arn;
      this.id = id;
      this.parent = parent;
      this.visibleAt = visibleAt;
    }
  }

  final Map<String, Map<String, Shard>> streams = new LinkedHashMap<>();

  /** The stream that took a stream's place. */
  final Map<String, String> successors = new LinkedHashMap<>();

  private final Random random;
  private final boolean faulty;
  LongSupplier clock;
  private int shardCount;

  SimulatedStreams(Random random, boolean faulty, LongSupplier clock) {
    this.random = random;
    this.faulty = faulty;
    this.clock = clock;
  }

  void create(String table, int roots) {
    String arn = ListedStreams.arn(table, "1");
    streams.put(arn, new LinkedHashMap<>());
    for (int i = 0; i < roots; i++) {
      add(arn, null, 0);
    }
  }

  private void add(String arn, Shard parent, long lag) {
    Shard shard = new Shard(arn, "s" + ++shardCount, parent, clock.getAsLong() + lag);
    streams.get(arn).put(shard.id, shard);
  }

  List<Shard> all() {
    return streams.values().stream().flatMap(stream -> stream.values().stream()).toList();
  }

  private Shard anyOpen() {
    List<Shard> open = all().stream().filter(shard -> !shard.closed).toList();
    return open.isEmpty() ? null : open.get(random.nextInt(open.size()));
  }

  void write(long step) {
    Shard shard = anyOpen();
    if (shard != null) {
      long second = clock.getAsLong() / 1_000 * 1_000;
      shard.changes.add(new Change(shard, shard.changes.size(), step, second));
    }
  }

  /** A shard rolls over to one child or splits into two; its children are seen a moment later. */
  void split() {
    Shard shard = anyOpen();
    if (shard != null && all().size() < 60) {
      shard.closed = true;
      for (int i = random.nextInt(2); i < 2; i++) {
        add(shard.arn, shard, faulty ? random.nextInt(1_500) : 0);
      }
    }
  }

  /** A table's stream is disabled and enabled again. */
  void replace() {
    for (String arn : List.copyOf(streams.keySet())) {
      if (!successors.containsKey(arn) && arn.endsWith("/1")) {
        String newer = arn.substring(0, arn.length() - 1) + "2";
        streams.get(arn).values().forEach(shard -> shard.closed = true);
        successors.put(arn, newer);
        streams.put(newer, new LinkedHashMap<>());
        add(newer, null, 0);
        add(newer, null, 0);
        return;
      }
    }
  }

  Shard shard(ShardSplit split) {
    return streams.get(split.streamArn()).get(split.shardId());
  }

  private void mayFail() {
    if (faulty && random.nextInt(30) == 0) {
      throw new StreamsException(StreamsException.Kind.THROTTLED, "slow down", null);
    }
  }

  @Override
  public List<TableStream> streamsOf(String table) {
    mayFail();
    return streams.keySet().stream()
        .filter(arn -> arn.contains("table/" + table + "/"))
        .map(arn -> new TableStream(arn, arn.substring(arn.lastIndexOf('/') + 1)))
        .toList();
  }

  @Override
  public List<ListedShard> shards(String streamArn) {
    mayFail();
    return streams.get(streamArn).values().stream()
        .filter(this::visible)
        .map(
            shard ->
                new ListedShard(
                    shard.id, shard.parent == null ? null : shard.parent.id, shard.closed))
        .toList();
  }

  /** Now and then a list misses a shard, for less than a second. */
  private boolean visible(Shard shard) {
    long now = clock.getAsLong();
    if (faulty && now >= shard.hiddenAgainAt && random.nextInt(50) == 0) {
      shard.hiddenUntil = now + random.nextInt(800);
      shard.hiddenAgainAt = now + 10_000;
    }
    return now >= shard.visibleAt && now >= shard.hiddenUntil;
  }

  @Override
  public List<ListedShard> children(String streamArn, String shardId) {
    return shards(streamArn).stream().filter(shard -> shardId.equals(shard.parentId())).toList();
  }

  @Override
  public CompletableFuture<String> iterator(ShardSplit split) {
    try {
      mayFail();
    } catch (StreamsException failure) {
      return CompletableFuture.failedFuture(failure);
    }
    return CompletableFuture.completedFuture("" + shard(split).changes.size());
  }

  @Override
  public CompletableFuture<Page> read(String iterator) {
    throw new UnsupportedOperationException("simulated readers read the shards themselves");
  }

  @Override
  public void close() {}
}
