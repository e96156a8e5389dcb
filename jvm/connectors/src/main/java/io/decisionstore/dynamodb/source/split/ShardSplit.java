package io.decisionstore.dynamodb.source.split;

import java.io.Serializable;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A shard and how far it has been read.
 *
 * @param streamArn the stream
 * @param shardId the shard
 * @param position {@link #TRIM_HORIZON}, {@link #LATEST}, {@link #FINISHED} or the sequence number
 *     of the last record emitted
 */
public record ShardSplit(String streamArn, String shardId, String position)
    implements SourceSplit, Serializable {

  public static final String TRIM_HORIZON = "TRIM_HORIZON";
  public static final String LATEST = "LATEST";

  /**
   * Read to its end; kept in a reader's state until the enumerator's checkpoint surely knows it.
   */
  public static final String FINISHED = "FINISHED";

  @Override
  public String splitId() {
    return shardId;
  }

  public boolean finished() {
    return position.equals(FINISHED);
  }

  /**
   * The split as it must be kept: LATEST would mean the moment of the restart, and what was written
   * between would be lost without a word; so a shard that began at LATEST and had no record yet is
   * read from its start.
   */
  public ShardSplit withoutLatest() {
    return position.equals(LATEST) ? at(TRIM_HORIZON) : this;
  }

  public ShardSplit at(String newPosition) {
    return new ShardSplit(streamArn, shardId, newPosition);
  }
}
