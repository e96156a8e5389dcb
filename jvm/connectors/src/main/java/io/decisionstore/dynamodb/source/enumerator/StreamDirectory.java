package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.client.StreamsClient.TableStream;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StreamPosition.Kind;
import io.decisionstore.dynamodb.source.enumerator.EnumeratorState.StreamState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams that are read: those the source was told, looked up, and those that follow them. */
final class StreamDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(StreamDirectory.class);

  /** How long after its start a source may begin at LATEST by iterators; later by time. */
  static final long LATEST_WITHIN_MS = 10_000;

  private static final long SCAN_AGAIN_AFTER_MS = 5_000;

  /** An endpoint that was not reached for so long since the start is probably a wrong one. */
  static final long UNREACHED_MS = 30_000;

  /** A stream counts as gone when it was not found for so long. */
  private static final long GONE_AFTER_MS = 10_000;

  private final SourceConfig config;
  private final Questions questions;
  private final LossGuard losses;
  private final Timer timer;
  private final Consumer<String> forgotten;
  private final Map<String, FollowedStream> streams = new LinkedHashMap<>();

  /** Tables whose stream is not known yet, and from when their records count. */
  private final Map<String, StreamState> unresolved = new LinkedHashMap<>();

  private Runnable changed = () -> {};
  private long startedAt;

  /**
   * @param forgotten called with the splits that the stream no longer has
   */
  StreamDirectory(
      SourceConfig config,
      Questions questions,
      LossGuard losses,
      Timer timer,
      Consumer<String> forgotten) {
    this.config = config;
    this.questions = questions;
    this.losses = losses;
    this.timer = timer;
    this.forgotten = forgotten;
  }

  Collection<FollowedStream> all() {
    return streams.values();
  }

  FollowedStream get(String arn) {
    return streams.get(arn);
  }

  /** Whether every stream the source was told is known. */
  boolean resolved() {
    return unresolved.isEmpty();
  }

  List<StreamState> states() {
    List<StreamState> states = new ArrayList<>(unresolved.values());
    streams.values().forEach(stream -> states.add(stream.state()));
    return states;
  }

  void forgotten(String splitId) {
    forgotten.accept(splitId);
  }

  /**
   * Begins with the streams of a checkpoint and those the source was told.
   *
   * @param onChange called when a stream was found
   */
  void start(List<StreamState> restored, Runnable onChange) {
    changed = onChange;
    startedAt = timer.now();
    restored.stream()
        .filter(state -> !config.streams().contains(state.stream()) || isArn(state.stream()))
        .forEach(state -> streams.put(state.stream(), follow(state, 0)));
    streams.values().forEach(this::markPredecessor);
    for (String told : config.streams()) {
      if (isArn(told)) {
        followTold(told);
      } else {
        StreamState kept =
            restored.stream().filter(state -> state.stream().equals(told)).findFirst().orElse(null);
        long latestUntil = kept == null && newestOf(told) == null ? latestUntil() : 0;
        unresolved.put(told, kept == null ? fresh(told) : kept);
        resolve(told, latestUntil, 0);
      }
    }
    changed.run();
  }

  private void followTold(String arn) {
    if (streams.containsKey(arn)) {
      return;
    }
    FollowedStream older = newestOf(FollowedStream.tableOf(arn));
    if (older == null) {
      streams.put(arn, follow(fresh(arn), latestUntil()));
    } else {
      follow(older, arn);
    }
  }

  private FollowedStream follow(StreamState state, long latestUntil) {
    return new FollowedStream(state, latestUntil, config.start().kind() == Kind.LATEST);
  }

  private StreamState fresh(String stream) {
    return new StreamState(
        stream, null, Moments.from(config, timer.wallMillis()), false, List.of());
  }

  private long latestUntil() {
    return config.start().kind() == Kind.LATEST ? timer.now() + LATEST_WITHIN_MS : 0;
  }

  private void resolve(String table, long latestUntil, int failures) {
    questions.ask(
        "find the stream of table " + table,
        () -> questions.client().streamsOf(table),
        found -> {
          if (found.isEmpty() && newestOf(table) == null) {
            throw noStream(table);
          }
          StreamState fresh = unresolved.remove(table);
          if (newestOf(table) == null) {
            String newest = found.stream().max(BY_LABEL).orElseThrow().arn();
            streams.put(
                newest,
                follow(
                    new StreamState(newest, null, fresh.from(), fresh.listed(), fresh.shards()),
                    latestUntil));
          } else {
            followNewer(table, found);
          }
          changed.run();
        },
        failure -> {
          if (failure.kind() == StreamsException.Kind.NOT_FOUND) {
            throw noStream(table);
          }
          Questions.failUnlessItPasses(failure);
          if (newestOf(table) == null) {
            failIfNeverReached(failure);
          }
          timer.after(questions.backoff(failures), () -> resolve(table, latestUntil, failures + 1));
        });
  }

  /**
   * A stream was never seen since the start, and could not be asked for again: with a wrong
   * endpoint or region the job would wait for ever, and only the log would say why.
   */
  void failIfNeverReached(StreamsException failure) {
    if (failure.kind() == StreamsException.Kind.TRANSIENT
        && timer.now() - startedAt >= UNREACHED_MS) {
      throw new IllegalStateException(
          "%s Tried for %d s.".formatted(failure.getMessage(), UNREACHED_MS / 1_000), failure);
    }
  }

  private static IllegalStateException noStream(String table) {
    return new IllegalStateException(
        "There is no stream of table %s: check the name, the region and the endpoint, and enable DynamoDB Streams on the table (view type NEW_AND_OLD_IMAGES has most)."
            .formatted(table));
  }

  private static final Comparator<TableStream> BY_LABEL = Comparator.comparing(TableStream::label);

  /** No shard of a stream takes records any more: the table may have a newer stream. */
  void lookForNewer(FollowedStream stream) {
    long now = timer.now();
    if (stream.replaced
        || now - stream.scannedAt < SCAN_AGAIN_AFTER_MS
        || !config.streams().contains(stream.table())) {
      return;
    }
    stream.scannedAt = now;
    questions.ask(
        "look whether table " + stream.table() + " has a newer stream",
        () -> questions.client().streamsOf(stream.table()),
        found -> {
          stream.newestAsOf = now;
          followNewer(stream.table(), found);
          if (stream.goneSince >= 0 && !stream.replaced && !stream.toldGone) {
            toldGone(stream);
          }
          changed.run();
        },
        failure -> {
          Questions.failUnlessItPasses(failure, StreamsException.Kind.NOT_FOUND);
          timer.after(SCAN_AGAIN_AFTER_MS, () -> lookForNewer(stream));
        });
  }

  /**
   * Whether the shards of a stream that ended without a child are the table's last; asks if nobody
   * has since.
   */
  boolean isLast(FollowedStream stream) {
    boolean last =
        stream.replaced
            || !config.streams().contains(stream.table())
            || stream.newestAsOf >= stream.endedSince();
    if (!last) {
      lookForNewer(stream);
    }
    return last;
  }

  /** The stream itself is not found. */
  void gone(FollowedStream stream, StreamsException failure) {
    if (!stream.listed && stream.predecessor == null) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
    if (stream.goneSince < 0) {
      stream.goneSince = timer.now();
      LOG.warn("Stream {} is not found any more.", stream.arn);
    }
    if (stream.replaced || stream.toldGone) {
      return;
    }
    if (timer.now() - stream.goneSince < GONE_AFTER_MS) {
      stream.listAgainAt(timer.now() + GONE_AFTER_MS);
    } else if (config.streams().contains(stream.table())) {
      lookForNewer(stream);
    } else {
      toldGone(stream);
    }
  }

  private void toldGone(FollowedStream stream) {
    stream.toldGone = true;
    losses.gone(stream.arn);
  }

  /** Nothing of a stream is left, and a newer one is read. */
  void forget(FollowedStream stream) {
    streams.remove(stream.arn);
  }

  private void followNewer(String table, List<TableStream> found) {
    FollowedStream last = newestOf(table);
    for (TableStream one : found.stream().sorted(BY_LABEL).toList()) {
      if (!streams.containsKey(one.arn()) && one.arn().compareTo(last.arn) > 0) {
        last = follow(last, one.arn());
      }
    }
  }

  private FollowedStream follow(FollowedStream older, String arn) {
    losses.replaced(older.table(), older.arn, arn);
    FollowedStream newer = follow(new StreamState(arn, older.arn, older.from, false, List.of()), 0);
    streams.put(arn, newer);
    markPredecessor(newer);
    return newer;
  }

  private void markPredecessor(FollowedStream newer) {
    FollowedStream older = streams.get(newer.predecessor);
    if (older != null) {
      older.replaced = true;
    }
  }

  private FollowedStream newestOf(String table) {
    FollowedStream newest = null;
    for (FollowedStream stream : streams.values()) {
      if (stream.table().equals(table)
          && (newest == null || stream.arn.compareTo(newest.arn) > 0)) {
        newest = stream;
      }
    }
    return newest;
  }

  private static boolean isArn(String stream) {
    return stream.startsWith("arn:");
  }
}
