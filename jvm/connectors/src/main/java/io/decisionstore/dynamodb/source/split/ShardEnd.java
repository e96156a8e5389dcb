package io.decisionstore.dynamodb.source.split;

/** Why no more is read of a shard. */
public enum ShardEnd {
  /** Read to its end: its children follow. */
  CLOSED("FINISHED"),
  /** The moment at which a bounded source ends: no child has a record that counts. */
  BOUND("FINISHED_AT_BOUND"),
  /** The stream no longer has it; what was not read is lost, and was told as such. */
  LOST("FINISHED_LOST");

  private final String position;

  ShardEnd(String position) {
    this.position = position;
  }

  /** How a checkpoint keeps it. */
  public String position() {
    return position;
  }

  /** The end that a position stands for, or null. */
  static ShardEnd at(String position) {
    for (ShardEnd end : values()) {
      if (end.position.equals(position)) {
        return end;
      }
    }
    return null;
  }
}
