package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.split.ShardEnd;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader has emitted a shard's last record that counts.
 *
 * @param splitId the shard's split
 * @param end why it was the last
 * @param readUntil everything written to the shard up to this moment was read, in epoch
 *     milliseconds
 */
public record ShardFinishedEvent(String splitId, ShardEnd end, long readUntil)
    implements SourceEvent {}
