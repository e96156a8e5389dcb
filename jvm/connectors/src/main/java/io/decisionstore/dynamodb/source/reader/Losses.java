package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that the stream no longer has: found, and told with the gap's borders.
 *
 * <p>A stream keeps its records for 24 hours. Where a position is older, DynamoDB says so. Where a
 * shard was to be read from its start it does not: it begins with the oldest record that is left.
 * So it is also asked when the shard was last known to be read to its tip, or not to exist.
 */
final class Losses {
  private static final Logger LOG = LoggerFactory.getLogger(Losses.class);

  private static final long RETENTION_MS = StreamsClient.RETENTION.toMillis();

  /** DynamoDB's clock and ours may differ. */
  private static final long CLOCK_MARGIN_MS = 300_000;

  private final LossPolicy policy;
  private final ReaderMetrics metrics;

  Losses(LossPolicy policy, ReaderMetrics metrics) {
    this.policy = policy;
    this.metrics = metrics;
  }

  /** Whether a shard's start may be gone, though an iterator at it is given. */
  boolean mayBeTrimmed(ShardCursor shard, long now) {
    ShardSplit split = shard.split;
    return shard.lostAfter == null
        && split.position().equals(ShardSplit.TRIM_HORIZON)
        && split.readUntil() > 0
        && now - split.readUntil() > RETENTION_MS - CLOCK_MARGIN_MS;
  }

  /** The shard's position is gone: reading goes on with the oldest record that is left. */
  void trimmed(ShardCursor shard, long now) {
    ShardSplit split = shard.split;
    boolean atStart = split.position().equals(ShardSplit.TRIM_HORIZON);
    ShardSplit oldestLeft =
        ShardSplit.fromStart(
            split.streamArn(), split.shardId(), split.readUntil(), split.from(), split.until());
    if (atStart && !shard.freshIterator && !mayBeTrimmed(shard, now)) {
      // Its oldest record moved on since the last, empty page (DynamoDB Local: it had none). What
      // came after that page cannot be a day old: a new iterator begins with it.
      shard.restartFrom(oldestLeft);
      return;
    }
    boolean nothingWasLeft =
        split.readUntil() > split.writtenAt()
            && now - split.readUntil() < RETENTION_MS - CLOCK_MARGIN_MS;
    if (nothingWasLeft && !atStart) {
      shard.restartFrom(oldestLeft); // an iterator may be long in coming: what was known stays
      return;
    }
    shard.lostAfter = split;
    shard.restartFrom(oldestLeft.readUntil(now));
  }

  /**
   * Tells the gap behind which the shard was read on.
   *
   * @param oldestLeft when the first record after the gap was written, epoch milliseconds
   */
  void tell(ShardCursor shard, long oldestLeft) {
    tell(shard.lostAfter, "those written at " + Instant.ofEpochMilli(oldestLeft));
    shard.lostAfter = null;
  }

  /** The stream no longer lists the shard. */
  void gone(ShardCursor shard) {
    tell(shard.lostAfter == null ? shard.split : shard.lostAfter, "its end");
  }

  private void tell(ShardSplit after, String border) {
    String begin =
        after.atRecord()
            ? "after sequence number %s (written at %s)"
                .formatted(after.position(), Instant.ofEpochMilli(after.writtenAt()))
            : "from its start";
    String gap =
        "Shard %s of table %s has lost its records %s up to %s: a stream keeps records for 24 hours, and these were not read in time."
            .formatted(after.shardId(), after.table(), begin, border);
    if (policy == LossPolicy.FAIL) {
      throw new IllegalStateException(
          gap
              + " To go on with the oldest record that is left, set_on_trimmed(OnLoss.CONTINUE); what is missing can be read from the table.");
    }
    metrics.trimmedGaps.inc();
    LOG.error("{} Going on behind the gap, as set_on_trimmed says.", gap);
  }
}
