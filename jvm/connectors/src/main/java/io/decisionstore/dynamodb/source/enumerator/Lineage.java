package io.decisionstore.dynamodb.source.enumerator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which shards are known and which may be read: a child only after its parent has been read to its
 * end.
 *
 * <p>Knows nothing of Flink or AWS, so that every rule of the lineage can be tested alone.
 */
public final class Lineage {

  /** A shard's way through the source. */
  public enum Status {
    WAITING,
    ASSIGNED,
    FINISHED
  }

  /**
   * A known shard.
   *
   * @param shardId the shard
   * @param parentId its parent, or null
   * @param status how far it is
   */
  public record Shard(String shardId, String parentId, Status status) {
    Shard with(Status newStatus) {
      return new Shard(shardId, parentId, newStatus);
    }
  }

  private final Map<String, Shard> shards = new LinkedHashMap<>();

  public Lineage(Collection<Shard> known) {
    known.forEach(shard -> shards.put(shard.shardId(), shard));
  }

  /** Adds a shard that the stream lists; a known one keeps its status. */
  public void discovered(String shardId, String parentId) {
    shards.putIfAbsent(shardId, new Shard(shardId, parentId, Status.WAITING));
  }

  /** The shards that may be read now: their parent is finished, trimmed away, or never was. */
  public List<Shard> readable() {
    List<Shard> readable = new ArrayList<>();
    for (Shard shard : shards.values()) {
      Shard parent = shard.parentId() == null ? null : shards.get(shard.parentId());
      if (shard.status() == Status.WAITING
          && (parent == null || parent.status() == Status.FINISHED)) {
        readable.add(shard);
      }
    }
    return readable;
  }

  public void assigned(String shardId) {
    shards.computeIfPresent(shardId, (id, shard) -> shard.with(Status.ASSIGNED));
  }

  /** A reader gave the shard back: it is to be read again, once its parent is read to its end. */
  public void returned(String shardId) {
    shards.computeIfPresent(shardId, (id, shard) -> shard.with(Status.WAITING));
  }

  /** Marks a shard as read to its end; safe to say again. */
  public void finished(String shardId) {
    shards.computeIfPresent(shardId, (id, shard) -> shard.with(Status.FINISHED));
  }

  /** Whether a shard that is read to its end has a known child. */
  public boolean hasChild(String shardId) {
    return shards.values().stream().anyMatch(shard -> shardId.equals(shard.parentId()));
  }

  /** Forgets finished shards that the stream no longer lists. */
  public void trimTo(Set<String> listed) {
    shards
        .values()
        .removeIf(shard -> shard.status() == Status.FINISHED && !listed.contains(shard.shardId()));
  }

  public List<Shard> shards() {
    return List.copyOf(shards.values());
  }
}
