package io.decisionstore.dynamodb.source.reader;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of responses that a subtask has asked for or still holds.
 *
 * <p>What a read will bring is guessed from the shard's last page, so the bound may be passed by a
 * page's growth; one read is always allowed, or nothing would move.
 */
final class MemoryBudget {
  /** The largest page, for shards of which none was seen; JSON makes its 1 MB a little more. */
  private static final int UNKNOWN_PAGE = 1_200_000;

  private static final int SMALLEST_GUESS = 8 * 1024;

  private final long maxBytes;
  private final AtomicLong taken = new AtomicLong();

  MemoryBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** What the next page of a shard may need, from the size of its last one; -1: none was seen. */
  static int guess(int lastPageBytes) {
    return lastPageBytes < 0 ? UNKNOWN_PAGE : Math.max(SMALLEST_GUESS, lastPageBytes * 5 / 4);
  }

  boolean tryTake(int bytes) {
    long before = taken.get();
    if (before > 0 && before + bytes > maxBytes) {
      return false;
    }
    taken.addAndGet(bytes);
    return true;
  }

  /** Replaces a guess by what came. */
  void correct(int guessed, int bytes) {
    taken.addAndGet((long) bytes - guessed);
  }

  void giveBack(int bytes) {
    taken.addAndGet(-bytes);
  }

  long taken() {
    return taken.get();
  }
}
