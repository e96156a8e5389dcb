package io.decisionstore.dynamodb.source.split;

import io.decisionstore.dynamodb.source.decode.DecodedPage;

/** A shard's position while its records are emitted. */
public final class ShardSplitState {
  private final ShardSplit split;
  private DecodedPage page;
  private int record;

  public ShardSplitState(ShardSplit split) {
    this.split = split;
  }

  /** Moves on to the record that was just emitted; its sequence number is made text when needed. */
  public void emitted(DecodedPage page, int record) {
    this.page = page;
    this.record = record;
  }

  public ShardSplit split() {
    return page == null ? split : split.after(page.sequenceNumber(record), page.createdAt(record));
  }
}
