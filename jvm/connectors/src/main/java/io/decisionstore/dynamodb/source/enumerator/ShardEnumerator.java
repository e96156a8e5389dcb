package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.split.ShardEnd;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds shards and hands each to a reader once its parent has been read to its end. */
public final class ShardEnumerator implements SplitEnumerator<ShardSplit, EnumeratorState> {
  private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

  /**
   * The longest a child waits for a checkpoint that lets it go to another subtask: no rollover may
   * delay records by more than a second.
   */
  private static final long MOVE_PATIENCE_MS = 800;

  /** The longest a table's newer stream waits for a checkpoint where none was ever begun. */
  private static final long CHECKPOINT_PATIENCE_MS = 600_000;

  private final SplitEnumeratorContext<ShardSplit> context;
  private final SourceConfig config;
  private final StreamsClient client;
  private final EnumeratorState restored;
  private final Timer timer;
  private final LossGuard losses;
  private final StreamDirectory streams;
  private final Discovery discovery;
  private final Ends ends = new Ends();
  private final Placement placement = new Placement();
  private final EnumeratorMetrics metrics = new EnumeratorMetrics();

  /** Since when a shard's end is known here, for the delay until its children are assigned. */
  private final Map<String, Long> endedAt = new HashMap<>();

  /** Children that wait for a checkpoint, and until when they do. */
  private final Map<String, Long> movingUntil = new HashMap<>();

  /** Subtasks that were told that no more shards come, since their last start. */
  private final Set<Integer> dismissed = new HashSet<>();

  private long until;
  private long startedAt;
  private boolean started;
  private boolean checkpointBegun;
  private boolean checkpointCompleted;

  /**
   * @param restored the checkpoint's state, or null at a first start
   */
  public ShardEnumerator(
      SplitEnumeratorContext<ShardSplit> context,
      SourceConfig config,
      StreamsClient client,
      EnumeratorState restored) {
    this(context, config, client, restored, Timer.of(context), new Random());
  }

  ShardEnumerator(
      SplitEnumeratorContext<ShardSplit> context,
      SourceConfig config,
      StreamsClient client,
      EnumeratorState restored,
      Timer timer,
      RandomGenerator random) {
    this.context = context;
    this.config = config;
    this.client = client;
    this.restored = restored;
    this.timer = timer;
    this.losses = new LossGuard(config);
    this.checkpointBegun = restored != null;
    Questions questions = new Questions(context, client, random);
    this.streams = new StreamDirectory(config, questions, losses, timer, this::forgotten);
    this.discovery =
        new Discovery(
            config, questions, streams, losses, timer, ends::uncheckpointed, this::assign);
  }

  @Override
  public void start() {
    metrics.register(context.metricGroup());
    startedAt = timer.now();
    long now = timer.wallMillis();
    until = Moments.until(config, restored == null ? 0 : restored.until(), now);
    if (restored != null) {
      losses.restored(restored.takenAt(), now);
    }
    started = true;
    streams.start(restored == null ? List.of() : Moments.goOn(restored, until), this::assign);
  }

  @Override
  public void addReader(int subtask) {
    assign();
  }

  @Override
  public void handleSplitRequest(int subtask, String requesterHostname) {
    // Shards are given to readers, not asked for: a reader takes as many as the stream has.
  }

  @Override
  public void handleSourceEvent(int subtask, SourceEvent event) {
    if (event instanceof LoadEvent load) {
      Map<String, Double> rates = new HashMap<>(load.bytesPerSecond());
      rates.keySet().removeIf(splitId -> !isAssigned(splitId));
      placement.told(subtask, rates);
    } else if (event instanceof ShardFinishedEvent finished) {
      ended(subtask, finished);
    }
  }

  private void ended(int subtask, ShardFinishedEvent finished) {
    String splitId = finished.splitId();
    FollowedStream stream = streamOf(splitId);
    if (stream == null) {
      LOG.warn("A reader has finished shard {}, which is of no stream that is read.", splitId);
      return;
    }
    String shardId = shardOf(splitId);
    if (finished.end() == ShardEnd.BOUND) {
      stream.lineage.bounded(shardId, finished.readUntil());
    } else {
      stream.lineage.finished(shardId, finished.readUntil());
    }
    ends.told(splitId, subtask);
    placement.released(splitId);
    endedAt.put(splitId, timer.now());
    stream.ended(shardId, timer.now());
    assign();
  }

  /**
   * A reader failed and goes back to the last completed checkpoint.
   *
   * <p>What it was given since comes back here, also what it has read to its end: those records are
   * in no state. The ends of shards that it still had at the checkpoint do not count any more
   * either: it reads them again, and until then their children wait. A returned shard is read from
   * its start, also one that began at LATEST: what was written since would be lost otherwise.
   */
  @Override
  public void addSplitsBack(List<ShardSplit> splits, int subtask) {
    dismissed.remove(subtask);
    for (String splitId : ends.takeBack(subtask)) {
      FollowedStream stream = streamOf(splitId); // known: shards with such an end are kept
      stream.lineage.assigned(shardOf(splitId));
      stream.updateSearch(timer.now());
      placement.assigned(splitId, subtask);
    }
    for (ShardSplit split : splits) {
      FollowedStream stream = streams.get(split.streamArn());
      if (stream == null) {
        throw new IllegalStateException(
            "Shard %s came back from a reader and is of no stream that is read: restart the job from its last checkpoint."
                .formatted(split.splitId()));
      }
      stream.lineage.returned(split.shardId());
      stream.updateSearch(timer.now());
      placement.released(split.splitId());
    }
    assign();
  }

  @Override
  public EnumeratorState snapshotState(long checkpointId) {
    checkpointBegun = true;
    if (!started) {
      return restored == null ? new EnumeratorState(timer.wallMillis(), 0, List.of()) : restored;
    }
    ends.snapshot(checkpointId);
    return new EnumeratorState(timer.wallMillis(), until, streams.states());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    checkpointCompleted = true;
    ends.completed(checkpointId);
    assign();
  }

  @Override
  public void close() throws IOException {
    timer.close();
    client.close();
  }

  private void assign() {
    for (FollowedStream stream : streams.all()) {
      if (mayBegin(stream)) {
        boolean mayHaveGaps = stream.mayHaveGaps(timer.now());
        for (Lineage.Shard shard : stream.lineage.readable()) {
          boolean found = !stream.firstIterators.containsKey(shard.shardId());
          if (!(mayHaveGaps && found) && !stream.mustWaitForLostLineage(shard)) {
            assign(stream, shard);
          }
        }
      }
    }
    metrics.publish(streams.all(), losses, discovery.limiter());
    dismissIfDone();
    discovery.wake(); // whether all is read may only be known after another list
  }

  /**
   * Whether shards of a stream may be read: a table's newer stream only when nothing of the older
   * one is left anywhere, since any of its shards may carry an item that the older one carried.
   */
  private boolean mayBegin(FollowedStream stream) {
    FollowedStream older = streams.get(stream.predecessor);
    if (older == null) {
      return true;
    }
    return mayBegin(older) && older.settled(timer.now()) && !inBuffers(older);
  }

  private boolean inBuffers(FollowedStream stream) {
    boolean checkpointed = checkpointBegun || timer.now() - startedAt < CHECKPOINT_PATIENCE_MS;
    return checkpointed
        && stream.lineage.shards().stream()
            .anyMatch(shard -> ends.uncheckpointed(stream.splitId(shard.shardId())));
  }

  private void assign(FollowedStream stream, Lineage.Shard shard) {
    String splitId = stream.splitId(shard.shardId());
    String parentSplit = shard.parentId() == null ? null : stream.splitId(shard.parentId());
    if (parentSplit != null) {
      placement.expect(splitId, parentSplit, stream.lineage.childrenOf(shard.parentId()).size());
    }
    Integer subtask = place(splitId, parentSplit);
    if (subtask == null) {
      return;
    }
    String iterator = stream.firstIterators.remove(shard.shardId());
    long readUntil = stream.lineage.readUntil(shard);
    ShardSplit split =
        iterator == null
            ? ShardSplit.fromStart(stream.arn, shard.shardId(), readUntil, stream.from, until)
            : new ShardSplit(
                stream.arn,
                shard.shardId(),
                ShardSplit.LATEST,
                0,
                readUntil,
                stream.from,
                until,
                iterator);
    context.assignSplit(split, subtask);
    stream.lineage.assigned(shard.shardId());
    placement.assigned(splitId, subtask);
    boolean moved = movingUntil.remove(splitId) != null;
    Long ended = parentSplit == null ? null : endedAt.get(parentSplit);
    if (ended != null && !moved) {
      metrics.childAssigned(timer.now() - ended);
    }
  }

  /** The subtask that is to read a shard now; null if it must wait. */
  private Integer place(String splitId, String parentSplit) {
    Set<Integer> readers = context.registeredReaders().keySet();
    Integer bound = parentSplit == null ? null : ends.boundTo(parentSplit);
    boolean all = readers.size() >= context.currentParallelism();
    if (bound == null) {
      List<Integer> free = readers.stream().filter(reader -> !dismissed.contains(reader)).toList();
      return all && !free.isEmpty() ? placement.leastLoaded(free) : null;
    }
    if (!readers.contains(bound)) {
      return null;
    }
    long now = timer.now();
    Long moving = movingUntil.get(splitId);
    if (moving == null
        && checkpointCompleted
        && all
        && placement.worthMoving(splitId, bound, readers)) {
      moving = now + MOVE_PATIENCE_MS;
      movingUntil.put(splitId, moving);
      timer.after(MOVE_PATIENCE_MS, this::assign);
    }
    return moving != null && now < moving ? null : bound;
  }

  /** A bounded source is done when nothing that counts is left to read or to be found. */
  private void dismissIfDone() {
    if (until == Long.MAX_VALUE || !started || !done()) {
      return;
    }
    for (int subtask : context.registeredReaders().keySet()) {
      if (dismissed.add(subtask)) {
        context.signalNoMoreSplits(subtask);
      }
    }
  }

  private boolean done() {
    long now = timer.now();
    return streams.resolved()
        && streams.all().stream()
            .allMatch(
                stream ->
                    stream.settled(now)
                        && streams.isLast(stream)
                        && (timer.wallMillis() > until || everyEndIsBound(stream)));
  }

  private static boolean everyEndIsBound(FollowedStream stream) {
    return !stream.lineage.shards().isEmpty() && stream.lineage.endsWithoutChild().isEmpty();
  }

  private boolean isAssigned(String splitId) {
    FollowedStream stream = streamOf(splitId);
    return stream != null && stream.lineage.isAssigned(shardOf(splitId));
  }

  private void forgotten(String splitId) {
    placement.forget(splitId);
    endedAt.remove(splitId);
    movingUntil.remove(splitId);
  }

  private FollowedStream streamOf(String splitId) {
    return streams.get(splitId.substring(0, Math.max(0, splitId.lastIndexOf('/'))));
  }

  private static String shardOf(String splitId) {
    return splitId.substring(splitId.lastIndexOf('/') + 1);
  }

  /** Whether every stream has been listed. */
  boolean hasBegun() {
    return streams.resolved() && streams.all().stream().allMatch(stream -> stream.listed);
  }

  EnumeratorMetrics metrics() {
    return metrics;
  }
}
