package io.decisionstore.dynamodb.source.enumerator;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader has emitted a shard's last record that counts.
 *
 * @param splitId the shard's split
 * @param end why it was the last
 */
public record ShardFinishedEvent(String splitId, End end) implements SourceEvent {

  /** Why a shard is done. */
  public enum End {
    /** Read to its end: its children follow. */
    CLOSED,
    /** The moment at which a bounded source ends: no child has a record that counts. */
    BOUND,
    /** The stream no longer has it; what was not read is lost and was told as such. */
    LOST
  }
}
