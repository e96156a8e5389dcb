package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;

/**
 * A write from its arrival until the table has it. Those of a key form a chain in their order; only
 * its head is ever sent.
 */
final class Pending {
  private ItemWrite write;
  // Failed attempts, also of writes that this one took in.
  private int attempts;
  private boolean mayBeWritten;
  private boolean underway;
  // The hot partition it was sent for, or null.
  private Lane lane;
  private Pending next;
  // Of a head: the end of its chain.
  private Pending last = this;

  Pending(ItemWrite write) {
    this.write = write;
  }

  ItemWrite write() {
    return write;
  }

  ItemKey key() {
    return write.key();
  }

  int attempts() {
    return attempts;
  }

  /** Whether an attempt ended without an answer. */
  boolean mayBeWritten() {
    return mayBeWritten;
  }

  boolean isUnderway() {
    return underway;
  }

  Lane lane() {
    return lane;
  }

  Pending next() {
    return next;
  }

  Pending last() {
    return last;
  }

  /** It stands for another write from now on. */
  void becomes(ItemWrite other) {
    write = other;
  }

  /** It is in a request from now on. */
  void sent(Lane of) {
    underway = true;
    lane = of;
  }

  /** It waits again. */
  void cameBack(boolean perhapsWritten) {
    underway = false;
    lane = null;
    attempts++;
    mayBeWritten |= perhapsWritten;
  }

  /** Of a head: another of its key comes last. */
  void append(Pending later) {
    last.next = later;
    last = later;
  }

  /** Of a head that leaves: the next of its key is the head, or null. */
  Pending successor() {
    if (next != null) {
      next.last = last;
    }
    return next;
  }

  /** It took in the write before it, with its failed attempts. */
  void takesIn(Pending earlier) {
    attempts = Math.max(attempts, earlier.attempts);
  }
}
