package io.decisionstore.dynamodb.testing;

/**
 * A shard as DescribeStream tells of it.
 *
 * @param parentShardId null for the first of a lineage
 * @param endingSequenceNumber null while the shard is open
 */
public record ShardDescription(
    String shardId,
    String parentShardId,
    String startingSequenceNumber,
    String endingSequenceNumber) {

  static ShardDescription of(Shard shard) {
    return new ShardDescription(
        shard.id(),
        shard.origin().parentId(),
        SequenceNumbers.text(shard.origin().startSequence()),
        shard.isClosed() ? SequenceNumbers.text(shard.endSequence()) : null);
  }

  public boolean isClosed() {
    return endingSequenceNumber != null;
  }
}
