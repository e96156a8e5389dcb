package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.client.StreamsClient.ListedShard;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Asks for shards: one DescribeStream at a time, the most overdue first.
 *
 * <p>Every stream is listed now and then as a whole; between, the children of shards that ended are
 * looked for one by one.
 */
final class Discovery {
  /** DescribeStream gives so many shards a page. */
  private static final int PAGE = 100;

  private final SourceConfig config;
  private final Questions questions;
  private final StreamDirectory streams;
  private final LossGuard losses;
  private final CallLimiter limiter = new CallLimiter();
  private final Timer timer;
  private final Predicate<String> keptSplits;
  private final Runnable changed;
  private boolean asking;
  private long wakesAt = ChildSearch.NEVER;

  /**
   * @param keptSplits shards that must not be forgotten yet
   * @param changed called after every answer
   */
  Discovery(
      SourceConfig config,
      Questions questions,
      StreamDirectory streams,
      LossGuard losses,
      Timer timer,
      Predicate<String> keptSplits,
      Runnable changed) {
    this.config = config;
    this.questions = questions;
    this.streams = streams;
    this.losses = losses;
    this.timer = timer;
    this.keptSplits = keptSplits;
    this.changed = changed;
  }

  CallLimiter limiter() {
    return limiter;
  }

  /** Asks what is due, or comes back when something is; also called after every change. */
  void wake() {
    if (asking) {
      return;
    }
    FollowedStream next = null;
    long due = ChildSearch.NEVER;
    for (FollowedStream stream : streams.all()) {
      long one = Math.min(stream.listingDueAt, stream.search.dueAt());
      if (one < due) {
        due = one;
        next = stream;
      }
    }
    if (next == null) {
      return;
    }
    long now = timer.now();
    long wait = Math.max(due - now, limiter.waitMillis(now));
    if (wait > 0) {
      comeBack(now, wait);
      return;
    }
    limiter.spend(now, 1);
    asking = true;
    if (next.listingDueAt <= next.search.dueAt() || next.search.wantsListing() || !next.filters) {
      list(next, now);
    } else {
      look(next, next.search.next());
    }
  }

  private void comeBack(long now, long wait) {
    if (wakesAt <= now || now + wait < wakesAt) {
      wakesAt = now + wait;
      timer.after(
          wait,
          () -> {
            wakesAt = ChildSearch.NEVER;
            wake();
          });
    }
  }

  private void answered() {
    asking = false;
    changed.run();
  }

  private void list(FollowedStream stream, long askedAt) {
    questions.ask(
        "list the shards of " + stream.arn,
        () -> questions.client().shards(stream.arn),
        list -> {
          long now = timer.now();
          limiter.spend(now, Math.max(0, (list.size() - 1) / PAGE));
          stream.failures = 0;
          if (stream.beginsAtLatest(now)) {
            stream.listingDueAt = ChildSearch.NEVER; // until it has begun
            beginAtLatest(stream, list, new HashMap<>());
            answered();
            return;
          }
          took(stream, list, askedAt);
          answered();
        },
        failure -> {
          Questions.failUnlessItPasses(failure, StreamsException.Kind.NOT_FOUND);
          if (!stream.listed && stream.predecessor == null) {
            streams.failIfNeverReached(failure);
          }
          long now = timer.now();
          if (failure.kind() == StreamsException.Kind.NOT_FOUND) {
            streams.gone(stream, failure);
            took(stream, List.of(), askedAt);
            if (stream.replaced && stream.lineage.shards().isEmpty()) {
              streams.forget(stream);
            }
          } else {
            stream.listingDueAt = now + questions.backoff(stream.failures++);
            stream.search.listed(askedAt, now);
          }
          answered();
        });
  }

  private void took(FollowedStream stream, List<ListedShard> list, long askedAt) {
    long now = timer.now();
    stream.listingDueAt = now + config.discoveryInterval().toMillis();
    stream.listed(list, askedAt, now, timer.wallMillis(), losses);
    stream
        .lineage
        .trimTo(
            list.stream().map(ListedShard::shardId).collect(Collectors.toSet()),
            now,
            shardId -> keptSplits.test(stream.splitId(shardId)))
        .forEach(shardId -> streams.forgotten(stream.splitId(shardId)));
    if (!list.isEmpty() && list.stream().allMatch(ListedShard::closed)) {
      streams.lookForNewer(stream);
    }
  }

  private void look(FollowedStream stream, String shardId) {
    questions.ask(
        "look for the children of shard " + shardId,
        () -> questions.client().children(stream.arn, shardId),
        found -> {
          stream.looked(shardId, found, timer.now());
          answered();
        },
        failure -> {
          if (failure.kind() == StreamsException.Kind.FATAL) {
            // Some servers do not know the filter; what is wrong otherwise the listing will tell.
            stream.filters = false;
          }
          long now = timer.now();
          stream.search.looked(shardId, now);
          if (!failure.passes()) {
            stream.listingDueAt = now;
          }
          answered();
        });
  }

  /** Takes iterators at LATEST, before anything is read. */
  private void beginAtLatest(
      FollowedStream stream, List<ListedShard> list, Map<String, String> iterators) {
    List<ShardSplit> missing =
        FollowedStream.openRoots(list).stream()
            .filter(shard -> !iterators.containsKey(shard.shardId()))
            .map(
                shard ->
                    new ShardSplit(
                        stream.arn,
                        shard.shardId(),
                        ShardSplit.LATEST,
                        0,
                        0,
                        stream.from,
                        Long.MAX_VALUE,
                        null))
            .toList();
    if (missing.isEmpty() || timer.now() > stream.latestUntil) {
      // Without an iterator a shard is read from its beginning, and what is older passed over.
      stream.listingDueAt = timer.now() + config.discoveryInterval().toMillis();
      stream.beginAtLatest(list, iterators, timer.now(), timer.wallMillis());
      changed.run();
      return;
    }
    questions.ask(
        "take iterators of " + stream.arn,
        () -> questions.iterators(missing),
        taken -> {
          iterators.putAll(taken);
          if (taken.size() == missing.size()) {
            beginAtLatest(stream, list, iterators);
          } else {
            timer.after(
                questions.backoff(stream.failures++), () -> beginAtLatest(stream, list, iterators));
          }
        },
        failure -> {
          Questions.failUnlessItPasses(failure, StreamsException.Kind.NOT_FOUND);
          timer.after(
              questions.backoff(stream.failures++), () -> beginAtLatest(stream, list, iterators));
        });
  }
}
