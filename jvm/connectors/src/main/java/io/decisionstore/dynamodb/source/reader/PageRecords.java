package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.decode.DecodedPage;
import io.decisionstore.dynamodb.source.split.ShardSplitState;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;

/**
 * The records of a page on their way to the emitter, and whether they were the shard's last.
 *
 * <p>It is itself each of its records in turn, so that none is wrapped.
 */
final class PageRecords implements RecordsWithSplitIds<PageRecords> {
  private final String splitId;
  private final DecodedPage page;
  private final boolean last;
  private final Runnable whenEmitted;
  private ShardSplitState state;
  private boolean begun;
  private int record = -1;

  /**
   * @param page may be null if the shard ended without a record
   * @param last whether the split has ended
   * @param whenEmitted called when the page is no longer needed
   */
  PageRecords(String splitId, DecodedPage page, boolean last, Runnable whenEmitted) {
    this.splitId = splitId;
    this.page = page;
    this.last = last;
    this.whenEmitted = whenEmitted;
  }

  /** Nothing has come; the fetcher was only woken up. */
  static PageRecords none() {
    return new PageRecords(null, null, false, () -> {});
  }

  @Override
  public String nextSplit() {
    if (begun || page == null || page.size() == 0) {
      return null;
    }
    begun = true;
    return splitId;
  }

  @Override
  public PageRecords nextRecordFromSplit() {
    return ++record < page.size() ? this : null;
  }

  @Override
  public Set<String> finishedSplits() {
    return last ? Set.of(splitId) : Set.of();
  }

  /** The record was emitted: the shard's position moves behind it. */
  void emittedInto(ShardSplitState shard) {
    state = shard;
    shard.emitted(page, record);
  }

  @Override
  public void recycle() {
    if (state != null) {
      state.settle();
    }
    whenEmitted.run();
  }

  String splitId() {
    return splitId;
  }

  DecodedPage page() {
    return page;
  }

  int record() {
    return record;
  }
}
