package io.decisionstore.dynamodb.testing;

import java.util.List;

/**
 * A page of DescribeStream.
 *
 * @param status ENABLED or DISABLED
 * @param keys the table's partition key and, if it has one, its sort key
 * @param createdAt epoch ms
 * @param lastEvaluatedShardId after which the next page begins; null on the last page
 */
public record StreamDescription(
    String streamArn,
    String streamLabel,
    String status,
    String tableName,
    ViewType viewType,
    List<String> keys,
    long createdAt,
    List<ShardDescription> shards,
    String lastEvaluatedShardId) {}
