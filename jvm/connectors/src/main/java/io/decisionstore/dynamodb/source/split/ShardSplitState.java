package io.decisionstore.dynamodb.source.split;

/** A shard's position while it is read. */
public final class ShardSplitState {
  private ShardSplit split;

  public ShardSplitState(ShardSplit split) {
    this.split = split;
  }

  /** Moves on to the record that was just emitted. */
  public void emitted(String sequenceNumber) {
    split = split.at(sequenceNumber);
  }

  public ShardSplit split() {
    return split;
  }
}
