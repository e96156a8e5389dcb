package io.decisionstore.dynamodb.source.enumerator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which shards of a stream are known and which may be read: a child only after its parent has been
 * read to its end.
 *
 * <p>Knows nothing of Flink or AWS, so that every rule of the lineage can be tested alone.
 */
public final class Lineage {

  /**
   * How long a finished shard must be missing from the stream's list until it is forgotten: lists
   * are eventually consistent, and a forgotten shard that is listed again would be read again.
   */
  static final long FORGET_AFTER_MS = 600_000;

  /** A shard's way through the source. */
  public enum Status {
    WAITING,
    ASSIGNED,
    /** Read to its end, or passed over at a start at LATEST: its children follow. */
    FINISHED,
    /** Read as far as a bounded source reads: nothing below it counts. */
    BOUNDED
  }

  /**
   * A known shard.
   *
   * @param shardId the shard
   * @param parentId its parent, or null
   * @param status how far it is
   * @param readUntil up to when (epoch milliseconds) nothing of it is left to be read: what its
   *     reader told at its end, before that when it was found; 0 if unknown
   */
  public record Shard(String shardId, String parentId, Status status, long readUntil) {
    Shard with(Status newStatus, long newReadUntil) {
      return new Shard(shardId, parentId, newStatus, newReadUntil);
    }
  }

  private final Map<String, Shard> shards = new LinkedHashMap<>();
  private final Map<String, Set<String>> children = new HashMap<>();
  private final Map<String, Long> missingSince = new HashMap<>();

  /** What {@link Shard#readUntil} was before the end that may be taken back. */
  private final Map<String, Long> readUntilBeforeEnd = new HashMap<>();

  /** Whether any shard was ever bounded: only then are ancestors looked at. */
  private boolean anyBound;

  public Lineage(Collection<Shard> known) {
    known.forEach(this::put);
  }

  /**
   * Adds a shard that the stream lists and says whether it is new; a known one keeps its status.
   *
   * @param readUntil up to when nothing of it was missed; a child's follows from its parent's end
   */
  public boolean discovered(String shardId, String parentId, long readUntil) {
    if (shards.containsKey(shardId)) {
      return false;
    }
    put(new Shard(shardId, parentId, Status.WAITING, readUntil));
    return true;
  }

  private void put(Shard shard) {
    shards.put(shard.shardId(), shard);
    anyBound |= shard.status() == Status.BOUNDED;
    if (shard.parentId() != null) {
      children.computeIfAbsent(shard.parentId(), id -> new LinkedHashSet<>()).add(shard.shardId());
    }
  }

  /** The shards that may be read now: their parent is finished, trimmed away, or never was. */
  public List<Shard> readable() {
    List<Shard> readable = new ArrayList<>();
    for (Shard shard : shards.values()) {
      if (shard.status() == Status.WAITING && !belowBound(shard)) {
        Shard parent = shards.get(shard.parentId());
        if (parent == null || parent.status() == Status.FINISHED) {
          readable.add(shard);
        }
      }
    }
    return readable;
  }

  public void assigned(String shardId) {
    become(shardId, Status.ASSIGNED);
  }

  /** A reader gave the shard back: it is to be read again, once its parent is read to its end. */
  public void returned(String shardId) {
    become(shardId, Status.WAITING);
  }

  /** Marks a shard as read to its end; safe to say again. */
  public void finished(String shardId, long readUntil) {
    end(shardId, Status.FINISHED, readUntil);
  }

  /** Marks a shard as read up to the moment at which the source ends. */
  public void bounded(String shardId, long readUntil) {
    end(shardId, Status.BOUNDED, readUntil);
  }

  /** Reads on where a bounded source has ended: its shards again, for the records behind. */
  public void unbound() {
    shards.replaceAll(
        (shardId, shard) ->
            shard.status() == Status.BOUNDED
                ? shard.with(Status.WAITING, shard.readUntil())
                : shard);
  }

  private void become(String shardId, Status status) {
    Long before = readUntilBeforeEnd.remove(shardId);
    shards.computeIfPresent(
        shardId, (id, shard) -> shard.with(status, before == null ? shard.readUntil() : before));
  }

  private void end(String shardId, Status status, long readUntil) {
    Shard shard = shards.get(shardId);
    if (shard != null) {
      anyBound |= status == Status.BOUNDED;
      readUntilBeforeEnd.putIfAbsent(shardId, shard.readUntil());
      // The reader knows better, also if it says earlier: a record may be older than the moment at
      // which its shard was found.
      shards.put(shardId, shard.with(status, readUntil > 0 ? readUntil : shard.readUntil()));
    }
  }

  /** Up to when a shard that is read now from its start surely missed nothing. */
  public long readUntil(Shard shard) {
    Shard parent = shards.get(shard.parentId());
    return Math.max(shard.readUntil(), parent == null ? 0 : parent.readUntil());
  }

  public boolean knows(String shardId) {
    return shards.containsKey(shardId);
  }

  /** The known shards that a shard was split into. */
  public Set<String> childrenOf(String shardId) {
    return children.getOrDefault(shardId, Set.of());
  }

  /** Whether a shard has a child that is being read or has been. */
  public boolean childHasBegun(String shardId) {
    return childrenOf(shardId).stream()
        .anyMatch(child -> shards.get(child).status() != Status.WAITING);
  }

  /** Shards that were read to their end and have no known child. */
  public List<String> endsWithoutChild() {
    return shards.values().stream()
        .filter(shard -> shard.status() == Status.FINISHED)
        .map(Shard::shardId)
        .filter(shardId -> childrenOf(shardId).isEmpty())
        .toList();
  }

  /** Whether no known shard has anything left that counts. */
  public boolean done() {
    return shards.values().stream().allMatch(this::done);
  }

  private boolean done(Shard shard) {
    return shard.status() == Status.FINISHED
        || shard.status() == Status.BOUNDED
        || belowBound(shard);
  }

  /** Whether a shard is being read. */
  public boolean isAssigned(String shardId) {
    Shard shard = shards.get(shardId);
    return shard != null && shard.status() == Status.ASSIGNED;
  }

  /** How many shards are in a status and not below a bound. */
  public int count(Status status) {
    return (int)
        shards.values().stream()
            .filter(shard -> shard.status() == status && !belowBound(shard))
            .count();
  }

  private boolean belowBound(Shard shard) {
    Shard ancestor = anyBound ? shards.get(shard.parentId()) : null;
    while (ancestor != null) {
      if (ancestor.status() == Status.BOUNDED) {
        return true;
      }
      ancestor = shards.get(ancestor.parentId());
    }
    return false;
  }

  /**
   * Forgets finished shards that the stream has not listed for a while, and says which.
   *
   * <p>Bounded ones are kept: a child that shows up later must still be known as one that does not
   * count.
   */
  public List<String> trimTo(Set<String> listed, long now, Predicate<String> keep) {
    List<String> forgotten = new ArrayList<>();
    for (Shard shard : List.copyOf(shards.values())) {
      String shardId = shard.shardId();
      if (listed.contains(shardId)) {
        missingSince.remove(shardId);
      } else if (shard.status() == Status.FINISHED
          && now - missingSince.computeIfAbsent(shardId, id -> now) >= FORGET_AFTER_MS
          && !keep.test(shardId)) {
        forget(shard);
        forgotten.add(shardId);
      }
    }
    return forgotten;
  }

  private void forget(Shard shard) {
    for (String child : childrenOf(shard.shardId())) {
      shards.computeIfPresent(child, (id, one) -> one.with(one.status(), readUntil(one)));
    }
    shards.remove(shard.shardId());
    readUntilBeforeEnd.remove(shard.shardId());
    missingSince.remove(shard.shardId());
    Set<String> siblings = children.get(shard.parentId());
    if (siblings != null && siblings.remove(shard.shardId()) && siblings.isEmpty()) {
      children.remove(shard.parentId());
    }
  }

  public List<Shard> shards() {
    return List.copyOf(shards.values());
  }
}
