package io.decisionstore.dynamodb.source.enumerator;

import java.util.List;

/**
 * What a checkpoint keeps of the enumerator.
 *
 * @param streamArn the stream; another one's positions mean nothing
 * @param shards every known shard
 */
public record EnumeratorState(String streamArn, List<Lineage.Shard> shards) {}
