package io.decisionstore.dynamodb.source.enumerator;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * When to look for the children of shards that ended: at once, then after 50, 100, 200, ... ms up
 * to every 2 s, since a child becomes visible a moment after its parent's end.
 *
 * <p>A shard that still has no child after 10 minutes (its stream was disabled) is left to the full
 * listing.
 */
final class ChildSearch {
  /** Above this many, one listing of the whole stream is cheaper than a look for each. */
  static final int MOST_SINGLE_LOOKS = 3;

  /** How long, and how often at least, was looked until a shard may count as one without child. */
  static final long SETTLED_AFTER_MS = 5_000;

  static final int SETTLED_AFTER_LOOKS = 3;

  private static final long FIRST_WAIT_MS = 50;
  private static final long LONGEST_WAIT_MS = 2_000;
  private static final long GIVE_UP_AFTER_MS = 600_000;
  static final long NEVER = Long.MAX_VALUE;

  /** A shard whose children nobody has seen. */
  private static final class Wanted {
    final long since;
    int looks;
    long dueAt;

    Wanted(long now) {
      this.since = now;
      this.dueAt = now;
    }

    void looked(long now) {
      looks++;
      dueAt =
          now - since >= GIVE_UP_AFTER_MS
              ? NEVER
              : now + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS << Math.min(looks - 1, 10));
    }
  }

  private final Map<String, Wanted> wanted = new LinkedHashMap<>();

  /** A shard ended and has no known child; safe to say again. */
  void begin(String shardId, long now) {
    wanted.putIfAbsent(shardId, new Wanted(now));
  }

  /** A child was found, or the end does not count any more. */
  void end(String shardId) {
    wanted.remove(shardId);
  }

  /** When the next look is due; {@link #NEVER} if none is. */
  long dueAt() {
    return wanted.values().stream().mapToLong(one -> one.dueAt).min().orElse(NEVER);
  }

  /** Whether so many looks are wanted that the whole stream is to be listed instead. */
  boolean wantsListing() {
    return wanted.values().stream().filter(one -> one.dueAt != NEVER).count() > MOST_SINGLE_LOOKS;
  }

  /** The shard whose look is due first. */
  String next() {
    long due = dueAt();
    return wanted.entrySet().stream()
        .filter(one -> one.getValue().dueAt == due)
        .findFirst()
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  /** A look at a shard's children was answered, or failed in passing. */
  void looked(String shardId, long now) {
    Wanted one = wanted.get(shardId);
    if (one != null) {
      one.looked(now);
    }
  }

  /** A listing of the whole stream that was asked for at a moment was answered. */
  void listed(long askedAt, long now) {
    wanted.values().stream().filter(one -> one.since <= askedAt).forEach(one -> one.looked(now));
  }

  /** Whether all these shards have been looked at so long that they count as without child. */
  boolean settled(Collection<String> shardIds, long now) {
    return shardIds.stream()
        .map(wanted::get)
        .allMatch(
            one ->
                one != null
                    && one.looks >= SETTLED_AFTER_LOOKS
                    && now - one.since >= SETTLED_AFTER_MS);
  }

  /** Since when a shard's children have been wanted. */
  OptionalLong since(String shardId) {
    Wanted one = wanted.get(shardId);
    return one == null ? OptionalLong.empty() : OptionalLong.of(one.since);
  }

  List<String> shardIds() {
    return List.copyOf(wanted.keySet());
  }
}
