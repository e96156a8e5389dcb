package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.client.StreamsClient.ListedShard;
import io.decisionstore.dynamodb.source.enumerator.EnumeratorState.StreamState;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream, its shards, and what is to be asked about them next. */
final class FollowedStream {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedStream.class);

  /** A shard whose parent is missing is looked at again after this: a list may lag. */
  static final long LOOK_AGAIN_AFTER_MS = 1_000;

  /** A loss is told only when every list of so long a time has missed the parent. */
  static final long LOST_AFTER_MS = 5_000;

  /** A list after a shard's end, beside the look for its children; and how far lists are apart. */
  private static final long LIST_AFTER_END_MS = 2_000;

  private static final long LISTS_APART_MS = 5_000;

  final String arn;

  /** The table's stream before this one, or null. */
  final String predecessor;

  /** Records written before this moment are passed over. */
  final long from;

  final Lineage lineage;
  final ChildSearch search = new ChildSearch();

  /** Iterators at LATEST of shards that are not assigned yet. */
  final Map<String, String> firstIterators = new HashMap<>();

  /** Until when the first list may begin at LATEST; later it must begin by time. */
  final long latestUntil;

  private final boolean skipsBefore;

  /** Whether there was a first list and every shard of it is known. */
  boolean listed;

  /**
   * Shards with an unknown parent that no list has confirmed yet, and when they were first seen.
   */
  private final Map<String, Long> suspects = new HashMap<>();

  /** When each shard was first known to be closed: its children exist since then. */
  private final Map<String, Long> closedSince = new HashMap<>();

  private long lastListAskedAt = Long.MIN_VALUE / 2;
  private Set<String> lastListed = Set.of();
  private boolean began;
  long firstListedAt;
  long listingDueAt;
  int failures;

  /** Whether a newer stream of the table was found: then no shard here is split any more. */
  boolean replaced;

  /**
   * Whether the server knows the filter for children; a server that refuses it is listed instead.
   */
  boolean filters = true;

  /** When it was last asked whether the table has a newer stream. */
  long scannedAt = Long.MIN_VALUE / 2;

  /** Since when the stream itself is not found; -1 while it is. */
  long goneSince = -1;

  boolean toldGone;
  private long againAt = ChildSearch.NEVER;

  /**
   * @param skipsBefore whether what was before the start does not count (a start at LATEST)
   */
  FollowedStream(StreamState state, long latestUntil, boolean skipsBefore) {
    this.skipsBefore = skipsBefore;
    this.arn = state.stream();
    this.predecessor = state.predecessor();
    this.from = state.from();
    this.listed = state.listed();
    this.lineage = new Lineage(state.shards());
    this.latestUntil = latestUntil;
  }

  /** Wants a list before the next regular one. */
  void listAgainAt(long time) {
    againAt = Math.min(againAt, time);
  }

  StreamState state() {
    return new StreamState(arn, predecessor, from, listed, lineage.shards());
  }

  String splitId(String shardId) {
    return ShardSplit.id(arn, shardId);
  }

  /** The table's name, or the ARN if it names none. */
  String table() {
    return tableOf(arn);
  }

  static String tableOf(String arn) {
    return ShardSplit.fromStart(arn, "", 0, 0, 0).table();
  }

  /** Whether a list is the first one and may begin at LATEST. */
  boolean beginsAtLatest(long now) {
    return !listed && now <= latestUntil;
  }

  /**
   * Takes over a full list.
   *
   * @param askedAt when it was asked for
   */
  void listed(List<ListedShard> list, long askedAt, long now, long wallMillis, LossGuard losses) {
    Map<String, ListedShard> byId = byId(list);
    Set<String> held = new HashSet<>();
    Set<String> seen = new HashSet<>();
    for (ListedShard shard : list) {
      discover(shard, byId, seen, held, askedAt, now, wallMillis, losses);
    }
    suspects.keySet().retainAll(held);
    list.stream()
        .filter(ListedShard::closed)
        .forEach(shard -> closedSince.putIfAbsent(shard.shardId(), now));
    closedSince.keySet().removeIf(id -> !lineage.knows(id) && !byId.containsKey(id));
    lastListAskedAt = askedAt;
    lastListed = Set.copyOf(byId.keySet());
    if (!began) {
      began = true;
      firstListedAt = now;
    }
    listed |= suspects.isEmpty();
    if (!suspects.isEmpty()) {
      listAgainAt(now + LOOK_AGAIN_AFTER_MS);
    }
    listingDueAt = Math.min(listingDueAt, againAt);
    againAt = ChildSearch.NEVER;
    search.listed(askedAt, now);
    updateSearch(now);
  }

  private void discover(
      ListedShard shard,
      Map<String, ListedShard> byId,
      Set<String> seen,
      Set<String> held,
      long askedAt,
      long now,
      long wallMillis,
      LossGuard losses) {
    String shardId = shard.shardId();
    if (!seen.add(shardId) || lineage.knows(shardId)) {
      return;
    }
    String parentId = shard.parentId();
    ListedShard parent = byId.get(parentId);
    if (parent != null) {
      discover(parent, byId, seen, held, askedAt, now, wallMillis, losses);
    }
    if (parentId != null && !lineage.knows(parentId)) {
      if (parent != null) {
        return; // comes with its parent
      }
      Long since = suspects.putIfAbsent(shardId, now);
      if (since == null || askedAt - since < (listed ? LOST_AFTER_MS : LOOK_AGAIN_AFTER_MS)) {
        held.add(shardId);
        return;
      }
      if (listed) {
        losses.unreadParent(arn, shardId, parentId);
      }
    }
    // What a shard without a known parent had before it was found is not part of what is read, or
    // is told as lost.
    discovered(shardId, parentId, lineage.knows(parentId) ? 0 : wallMillis);
  }

  private void discovered(String shardId, String parentId, long readUntil) {
    if (!lineage.discovered(shardId, parentId, readUntil) || !lineage.childHasBegun(shardId)) {
      return;
    }
    if (skipsBefore) {
      lineage.finished(shardId, readUntil); // its child has begun at LATEST: it was closed before
    } else {
      LOG.warn(
          "Shard {} of {} was listed only after one of its children was read; it is read now, after newer records.",
          shardId,
          arn);
    }
  }

  /** Takes over what a look for a shard's children found; some servers answer with every shard. */
  void looked(String shardId, List<ListedShard> found, long now) {
    found.stream()
        .filter(child -> shardId.equals(child.parentId()))
        .forEach(child -> discovered(child.shardId(), shardId, 0));
    search.looked(shardId, now);
    updateSearch(now);
  }

  /**
   * Begins with a first list at LATEST: closed shards are passed over as a whole, open ones up to
   * their iterator.
   *
   * <p>A shard below one that is open in the same list was split off while it was being listed: it
   * is read from its beginning.
   */
  void beginAtLatest(
      List<ListedShard> list, Map<String, String> iterators, long now, long wallMillis) {
    Map<String, ListedShard> byId = byId(list);
    for (ListedShard shard : list) {
      lineage.discovered(shard.shardId(), shard.parentId(), wallMillis);
      if (shard.closed()) {
        closedSince.putIfAbsent(shard.shardId(), now);
      }
      if (shard.closed() && !hasOpenAncestor(shard, byId)) {
        lineage.finished(shard.shardId(), wallMillis);
      }
    }
    firstIterators.putAll(iterators);
    lastListed = Set.copyOf(byId.keySet());
    listed = true;
    began = true;
    firstListedAt = now;
    updateSearch(now);
  }

  /** The shards whose iterator at LATEST is to be taken at once. */
  static List<ListedShard> openRoots(List<ListedShard> list) {
    Map<String, ListedShard> byId = byId(list);
    return list.stream().filter(shard -> !shard.closed() && !hasOpenAncestor(shard, byId)).toList();
  }

  private static boolean hasOpenAncestor(ListedShard shard, Map<String, ListedShard> byId) {
    ListedShard ancestor = byId.get(shard.parentId());
    while (ancestor != null) {
      if (!ancestor.closed()) {
        return true;
      }
      ancestor = byId.get(ancestor.parentId());
    }
    return false;
  }

  private static Map<String, ListedShard> byId(List<ListedShard> list) {
    return list.stream()
        .collect(
            Collectors.toMap(
                ListedShard::shardId, shard -> shard, (one, other) -> one, LinkedHashMap::new));
  }

  /** Looks for the children of exactly those shards that ended and have none. */
  void updateSearch(long now) {
    Set<String> wanted = new HashSet<>(lineage.endsWithoutChild());
    search.shardIds().stream().filter(shardId -> !wanted.contains(shardId)).forEach(search::end);
    if (began) {
      wanted.stream().sorted().forEach(shardId -> search.begin(shardId, now));
    }
  }

  /**
   * Whether a shard's records may follow those of a shard that is still being read: its parent is
   * not known, and a known shard is no longer listed and has no known child.
   */
  boolean mustWaitForLostLineage(Lineage.Shard shard) {
    return shard.parentId() != null
        && !lineage.knows(shard.parentId())
        && lineage.shards().stream()
            .anyMatch(
                other ->
                    other.status() == Lineage.Status.ASSIGNED
                        && !lastListed.contains(other.shardId())
                        && lineage.childrenOf(other.shardId()).isEmpty());
  }

  /** A reader has told a shard's end; of two children one may be seen before the other. */
  void ended(String shardId, long now) {
    closedSince.putIfAbsent(shardId, now);
    updateSearch(now);
    listingDueAt =
        Math.min(listingDueAt, Math.max(now + LIST_AFTER_END_MS, lastListAskedAt + LISTS_APART_MS));
  }

  /**
   * Whether everything that counts has been read, as far as anyone can know: also a list that was
   * asked for a while after the last shard was closed has shown nothing else.
   */
  boolean settled(long now) {
    if (!listed || !suspects.isEmpty() || !lineage.done()) {
      return false;
    }
    long lookAt =
        lineage.shards().isEmpty()
            ? firstListedAt + ChildSearch.SETTLED_AFTER_MS
            : lineage.shards().stream()
                .filter(shard -> shard.status() == Lineage.Status.FINISHED)
                .mapToLong(
                    shard ->
                        closedSince.computeIfAbsent(shard.shardId(), id -> now)
                            + ChildSearch.SETTLED_AFTER_MS)
                .max()
                .orElse(lastListAskedAt);
    if (lastListAskedAt < lookAt) {
      listingDueAt = Math.min(listingDueAt, lookAt);
      return false;
    }
    return search.settled(lineage.endsWithoutChild(), now);
  }
}
