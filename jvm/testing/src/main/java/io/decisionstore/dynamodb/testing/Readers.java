package io.decisionstore.dynamodb.testing;

import java.util.HashMap;
import java.util.Map;

/**
 * Who reads a shard. Readers are told apart by the GetShardIterator their iterators descend from;
 * one counts beside another when it read between two reads of the other, so that a reader who takes
 * a new iterator is not two.
 */
final class Readers {
  private static final long WINDOW_MILLIS = 1_000;

  private static final class LastRead {
    long order;
    long at;
  }

  private final Map<Long, LastRead> reads = new HashMap<>();
  private long order;
  private long newest;

  /**
   * Whether this reader's iterator was taken after those of all who have read so far; true once a
   * reader.
   */
  synchronized boolean isNewest(long chain) {
    if (chain <= newest) {
      return false;
    }
    newest = chain;
    return true;
  }

  /** Notes a read and says how many readers there were around it within the last second. */
  synchronized int read(long chain, long now) {
    order++;
    if (reads.size() > 2) {
      reads.values().removeIf(read -> read.at < now - WINDOW_MILLIS);
    }
    LastRead mine = reads.get(chain);
    int others = 0;
    if (mine == null) {
      mine = new LastRead();
      reads.put(chain, mine);
    } else {
      for (LastRead read : reads.values()) {
        if (read.order > mine.order && read.at >= now - WINDOW_MILLIS) {
          others++;
        }
      }
    }
    mine.order = order;
    mine.at = now;
    return 1 + others;
  }
}
