package io.decisionstore.dynamodb.source;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** A stream in memory whose shards a test opens, fills and closes; safe for several threads. */
public final class ScriptedStream implements StreamsClient {

  private static final class Shard {
    final String parentId;
    final List<String> records = new ArrayList<>();
    boolean closed;

    Shard(String parentId) {
      this.parentId = parentId;
    }
  }

  private static final int PAGE = 4;

  private final Map<String, Shard> shards = new LinkedHashMap<>();

  public synchronized ScriptedStream open(String shardId, String parentId, String... records) {
    Shard shard = new Shard(parentId);
    shard.records.addAll(List.of(records));
    shards.put(shardId, shard);
    return this;
  }

  public synchronized ScriptedStream close(String shardId) {
    shards.get(shardId).closed = true;
    return this;
  }

  @Override
  public String streamArn() {
    return "arn";
  }

  @Override
  public synchronized List<ListedShard> shards() {
    return shards.entrySet().stream()
        .map(entry -> listed(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static ListedShard listed(String shardId, Shard shard) {
    return new ListedShard(shardId, shard.parentId, shard.closed);
  }

  /** An iterator is the shard and the index to read from. */
  @Override
  public synchronized String iterator(String shardId, String position) {
    Shard shard = shards.get(shardId);
    int from =
        switch (position) {
          case "TRIM_HORIZON" -> 0;
          case "LATEST" -> shard.records.size();
          default -> shard.records.indexOf(position) + 1;
        };
    return shardId + "/" + from;
  }

  @Override
  public synchronized Page read(String iterator) {
    String[] parts = iterator.split("/");
    Shard shard = shards.get(parts[0]);
    int from = Integer.parseInt(parts[1]);
    int to = Math.min(from + PAGE, shard.records.size());
    List<Record> page =
        shard.records.subList(from, to).stream()
            .map(
                number ->
                    Record.builder()
                        .eventName("INSERT")
                        .dynamodb(change -> change.sequenceNumber(number))
                        .build())
            .toList();
    boolean ended = shard.closed && to == shard.records.size();
    return new Page(page, ended ? null : parts[0] + "/" + to);
  }

  @Override
  public boolean isTransient(Throwable failure) {
    return false;
  }

  @Override
  public String explain(Throwable failure) {
    return failure.getMessage();
  }

  @Override
  public void close() {}
}
