package io.decisionstore.dynamodb.source.split;

import java.io.Serializable;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A shard, how far it has been read, and which of its records count.
 *
 * @param streamArn the stream
 * @param shardId the shard
 * @param position {@link #TRIM_HORIZON}, {@link #LATEST}, a {@link ShardEnd#position()} or the
 *     sequence number of the last record emitted
 * @param writtenAt when the record at the position was written (epoch milliseconds, by the second);
 *     0 where the position is no record's
 * @param readUntil the last moment (epoch milliseconds) at which nothing was left to be read, by a
 *     look at the shard or since it did not exist yet: what is missing was written later; 0 if
 *     unknown
 * @param from records written before this moment (epoch milliseconds) are passed over; 0: none is
 * @param until the first record written after this moment ends the shard; {@link Long#MAX_VALUE}:
 *     none does
 * @param iterator where to read first, taken by the enumerator at its start for a shard at LATEST;
 *     null for any other, and in checkpoints
 */
public record ShardSplit(
    String streamArn,
    String shardId,
    String position,
    long writtenAt,
    long readUntil,
    long from,
    long until,
    String iterator)
    implements SourceSplit, Serializable {

  public static final String TRIM_HORIZON = "TRIM_HORIZON";
  public static final String LATEST = "LATEST";

  /** Records carry whole seconds (of DynamoDB Local, minutes) of a clock that is not ours. */
  private static final long COARSE_TIME_MS = 120_000;

  /** A shard that is read from its oldest record on. */
  public static ShardSplit fromStart(
      String streamArn, String shardId, long readUntil, long from, long until) {
    return new ShardSplit(streamArn, shardId, TRIM_HORIZON, 0, readUntil, from, until, null);
  }

  @Override
  public String splitId() {
    return id(streamArn, shardId);
  }

  /** Two streams might name a shard alike. */
  public static String id(String streamArn, String shardId) {
    return streamArn + "/" + shardId;
  }

  /**
   * Why no more is read, or null. A finished shard is kept in a reader's state until the
   * enumerator's checkpoint surely knows it.
   */
  public ShardEnd end() {
    return ShardEnd.at(position);
  }

  /** Whether the position is a record's sequence number. */
  public boolean atRecord() {
    return !position.equals(TRIM_HORIZON) && !position.equals(LATEST) && end() == null;
  }

  /** The table's name, from `arn:…:table/NAME/stream/LABEL`. */
  public String table() {
    String[] parts = streamArn.split("/");
    return parts.length > 1 ? parts[1] : streamArn;
  }

  /**
   * The split as it must be kept: LATEST would mean the moment of the restart, and what was written
   * between would be lost without a word; so a shard that began at LATEST and had no record yet is
   * read from its start, and what is older than {@link #from} passed over.
   */
  public ShardSplit withoutLatest() {
    return position.equals(LATEST) ? fromStart(streamArn, shardId, readUntil, from, until) : this;
  }

  /**
   * The split after a record.
   *
   * <p>A record that was written clearly before {@link #readUntil} shows that something was left
   * then: the moment was that of the shard's discovery, and what follows the record may be as old.
   */
  public ShardSplit after(String sequenceNumber, long recordWrittenAt) {
    boolean wasLeft = recordWrittenAt < readUntil - COARSE_TIME_MS;
    return at(sequenceNumber, recordWrittenAt, wasLeft ? 0 : readUntil);
  }

  /** The split after a look at the shard that found nothing left. */
  public ShardSplit readUntil(long moment) {
    return at(position, writtenAt, moment);
  }

  /** The split when no more is read of it. */
  public ShardSplit ended(ShardEnd end) {
    return at(end.position(), writtenAt, readUntil);
  }

  /** The split of a shard at LATEST whose first iterator is known. */
  public ShardSplit startingAt(String firstIterator) {
    return new ShardSplit(
        streamArn, shardId, position, writtenAt, readUntil, from, until, firstIterator);
  }

  private ShardSplit at(String newPosition, long newWrittenAt, long newReadUntil) {
    return new ShardSplit(
        streamArn, shardId, newPosition, newWrittenAt, newReadUntil, from, until, null);
  }
}
