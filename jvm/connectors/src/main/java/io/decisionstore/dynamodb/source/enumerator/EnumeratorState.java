package io.decisionstore.dynamodb.source.enumerator;

import java.util.List;

/**
 * What a checkpoint keeps of the enumerator.
 *
 * @param takenAt when, in epoch milliseconds; 0 if a release took it that did not say so
 * @param until the moment at which a bounded source ends; 0 if none was set yet, {@link
 *     Long#MAX_VALUE} for one that reads for ever
 * @param streams every stream, oldest first where a table has several
 */
public record EnumeratorState(long takenAt, long until, List<StreamState> streams) {

  /**
   * A stream.
   *
   * @param stream its ARN, or its table's name as long as nobody has looked the stream up
   * @param predecessor the table's stream before it, whose shards are read first; or null
   * @param from records written before this moment are passed over; 0: none is
   * @param listed whether its shards have been listed
   * @param shards every known shard
   */
  public record StreamState(
      String stream, String predecessor, long from, boolean listed, List<Lineage.Shard> shards) {}
}
