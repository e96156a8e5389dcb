package io.decisionstore.dynamodb.source.split;

import io.decisionstore.dynamodb.source.decode.DecodedPage;

/** A shard's position while its records are emitted. */
public final class ShardSplitState {
  private ShardSplit split;
  private DecodedPage page;
  private int record;

  public ShardSplitState(ShardSplit split) {
    this.split = split;
  }

  /** Moves on to a record; its sequence number is read only when the split is asked for. */
  public void emitted(DecodedPage newPage, int newRecord) {
    page = newPage;
    record = newRecord;
  }

  /** Lets go of the page. */
  public void settle() {
    split = split();
    page = null;
  }

  public ShardSplit split() {
    return page == null ? split : split.after(page.sequenceNumber(record), page.createdAt(record));
  }
}
