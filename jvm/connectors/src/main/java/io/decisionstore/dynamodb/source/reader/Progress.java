package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.split.ShardEnd;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the fetcher's thread knows of shards and the task's thread keeps in checkpoints. */
final class Progress {
  private final Map<String, ShardSplit> tips = new ConcurrentHashMap<>();
  private final Map<String, ShardEnd> ends = new ConcurrentHashMap<>();

  /** The shard was read to its tip: nothing was left at {@link ShardSplit#readUntil()}. */
  void atTip(ShardSplit split) {
    tips.put(split.splitId(), split);
  }

  void ended(ShardSplit split, ShardEnd end) {
    ends.put(split.splitId(), end);
  }

  /** A shard as emitted, with what is known of its tip, if all that was read of it is emitted. */
  ShardSplit withTip(ShardSplit emitted) {
    ShardSplit tip = tips.get(emitted.splitId());
    return tip != null && tip.position().equals(emitted.position()) ? tip : emitted;
  }

  /**
   * A shard that was emitted to its end. Its children are younger than its tip: without that, a
   * table without traffic would look like one whose shards wait for a day.
   */
  ShardSplit takeEnd(ShardSplit emitted) {
    ShardSplit read = withTip(emitted);
    tips.remove(emitted.splitId());
    return read.ended(ends.remove(emitted.splitId()));
  }
}
