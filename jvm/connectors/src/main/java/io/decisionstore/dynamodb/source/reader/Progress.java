package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the fetcher's thread knows of shards and the task's thread keeps in checkpoints. */
final class Progress {

  /**
   * A shard that was read to its tip.
   *
   * @param readTo the position after its last record that was handed over; after a trimmed position
   *     the fetcher's own is another
   */
  private record Tip(String readTo, ShardSplit split) {}

  private final Map<String, Tip> tips = new ConcurrentHashMap<>();
  private final Map<String, ShardSplit> ends = new ConcurrentHashMap<>();

  /** The shard was read to its tip: nothing was left at {@link ShardSplit#readUntil()}. */
  void atTip(String readTo, ShardSplit split) {
    tips.put(split.splitId(), new Tip(readTo, split));
  }

  /** The shard has ended; the split says how, and up to when nothing was missed. */
  void ended(ShardSplit split) {
    ends.put(split.splitId(), split);
  }

  /** A shard as emitted, with what is known of its tip, if all that was read of it is emitted. */
  ShardSplit withTip(ShardSplit emitted) {
    Tip tip = tips.get(emitted.splitId());
    return tip != null && tip.readTo.equals(emitted.position()) ? tip.split : emitted;
  }

  /** The ended split of a shard whose last record was emitted. */
  ShardSplit takeEnd(String splitId) {
    tips.remove(splitId);
    return ends.remove(splitId);
  }
}
