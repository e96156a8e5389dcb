package io.decisionstore.dynamodb.testing;

/**
 * A shard: records by index, counted from its first. Reading needs no lock: records are only added,
 * and a shard is closed after its last.
 */
abstract class Shard {
  static final long RETENTION_MILLIS = 24 * 3_600_000L;

  /** Where a shard comes from and which keys are its own; hashes are in [low, high). */
  record Origin(String id, String parentId, long lowHash, long highHash, long startSequence) {}

  private final Origin origin;
  private final Readers readers = new Readers();

  /** From when on DescribeStream shows it, in the full listing and among its parent's children. */
  private volatile long listedFrom = Long.MIN_VALUE;

  private volatile long amongChildrenFrom = Long.MIN_VALUE;
  private volatile long endSequence = -1;
  private volatile long closedAt;
  private volatile boolean endDelivered;
  private volatile boolean excusedFromParent;
  private volatile long trimmedByScript;

  Shard(Origin origin) {
    this.origin = origin;
  }

  /** How many records it ever had. */
  abstract long count();

  abstract long sequenceAt(long index);

  /** Server time in ms. */
  abstract long createdAt(long index);

  /** The record's SizeBytes, by which DynamoDB cuts pages. */
  abstract int sizeAt(long index);

  abstract void append(Bytes out, long index);

  Origin origin() {
    return origin;
  }

  String id() {
    return origin.id;
  }

  Readers readers() {
    return readers;
  }

  boolean isClosed() {
    return endSequence >= 0;
  }

  long endSequence() {
    return endSequence;
  }

  void close(long sequence, long now) {
    closedAt = now;
    endSequence = sequence;
  }

  void showFrom(long listed, long amongChildren) {
    listedFrom = listed;
    amongChildrenFrom = amongChildren;
  }

  boolean isListed(long now) {
    return now >= listedFrom;
  }

  boolean isAmongChildren(long now) {
    return now >= amongChildrenFrom;
  }

  /** Closed for as long as records are kept: DynamoDB has forgotten it. */
  boolean isGone(long now) {
    return isClosed() && closedAt <= now - RETENTION_MILLIS;
  }

  boolean isEndDelivered() {
    return endDelivered;
  }

  void deliverEnd() {
    endDelivered = true;
  }

  void takeBackEnd() {
    endDelivered = false;
  }

  /**
   * Who began at LATEST owes nothing to the parent, also when the shard is read from its start
   * after a restart.
   */
  void excuseFromParent() {
    excusedFromParent = true;
  }

  boolean isExcusedFromParent() {
    return excusedFromParent;
  }

  /** How many of the oldest records are trimmed. */
  long trimmed(long now) {
    long horizon = now - RETENTION_MILLIS;
    long low = trimmedByScript;
    long high = count();
    if (low >= high || createdAt(low) > horizon) {
      return low;
    }
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (createdAt(middle) <= horizon) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  void trim(long oldestKept) {
    trimmedByScript = Math.max(trimmedByScript, Math.min(oldestKept, count()));
  }

  /** The first index whose sequence number is at least this one. */
  long indexOf(long sequence) {
    long low = 0;
    long high = count();
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (sequenceAt(middle) < sequence) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
