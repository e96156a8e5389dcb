package io.decisionstore.dynamodb.testing;

import java.util.concurrent.locks.LockSupport;

/** Waiting that costs no processor time and is exact to about 0.1 ms. */
final class Pause {
  private Pause() {}

  /** Until System.nanoTime() is this. */
  static void until(long nanoTime) {
    for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
