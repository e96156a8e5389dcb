package io.decisionstore.dynamodb.source.enumerator;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader has emitted a shard's last record.
 *
 * @param shardId the shard
 */
public record ShardFinishedEvent(String shardId) implements SourceEvent {}
