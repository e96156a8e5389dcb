package io.decisionstore.dynamodb.source.client;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Arrays of pages that were emitted, for the next ones.
 *
 * <p>A new megabyte has to be zeroed, and is a burden for the garbage collector, a few hundred
 * times a second.
 */
final class BodyPool {
  /** Smaller ones are not worth it. */
  private static final int LEAST = 128 * 1024;

  /** Sizes are rounded up to this, so that pages of about a size can follow each other. */
  private static final int STEP = 256 * 1024;

  private final BlockingQueue<byte[]> free;

  /**
   * @param most how many to keep
   */
  BodyPool(int most) {
    free = new ArrayBlockingQueue<>(most);
  }

  /** An array of a length at least, whose content does not matter. */
  byte[] take(int length) {
    if (length < LEAST) {
      return new byte[length];
    }
    byte[] used = free.poll();
    return used != null && used.length >= length
        ? used
        : new byte[(length + STEP - 1) / STEP * STEP];
  }

  /** Nobody looks at the array any more. */
  void giveBack(byte[] array) {
    if (array.length >= LEAST) {
      free.offer(array);
    }
  }
}
