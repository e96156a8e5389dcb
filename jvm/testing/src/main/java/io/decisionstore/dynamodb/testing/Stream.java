package io.decisionstore.dynamodb.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One stream of a table: its shards in the order they were opened. */
final class Stream {
  private final String tableName;
  private final String arn;
  private final String label;
  private final ViewType view;
  private final long createdAt;
  private final Map<String, Shard> shards = new LinkedHashMap<>();
  private long disabledAt = -1;

  Stream(String region, String tableName, String label, ViewType view, long createdAt) {
    this.tableName = tableName;
    this.label = label;
    this.arn = tableArn(region, tableName) + "/stream/" + label;
    this.view = view;
    this.createdAt = createdAt;
  }

  static String tableArn(String region, String tableName) {
    return "arn:aws:dynamodb:%s:000000000000:table/%s".formatted(region, tableName);
  }

  String tableName() {
    return tableName;
  }

  String arn() {
    return arn;
  }

  String label() {
    return label;
  }

  ViewType view() {
    return view;
  }

  long createdAt() {
    return createdAt;
  }

  synchronized boolean isEnabled() {
    return disabledAt < 0;
  }

  synchronized void disable(long now) {
    disabledAt = now;
  }

  /** Disabled for as long as records are kept: DynamoDB has forgotten it. */
  synchronized boolean isGone(long now) {
    return disabledAt >= 0 && disabledAt <= now - Shard.RETENTION_MILLIS;
  }

  synchronized void add(Shard shard) {
    if (shards.putIfAbsent(shard.id(), shard) != null) {
      throw new IllegalArgumentException("The stream has a shard " + shard.id() + " already.");
    }
  }

  /** The shard, or null when there is none or it is trimmed away. */
  synchronized Shard shard(String id, long now) {
    Shard shard = shards.get(id);
    return shard == null || shard.isGone(now) ? null : shard;
  }

  synchronized List<Shard> all() {
    return new ArrayList<>(shards.values());
  }
}
