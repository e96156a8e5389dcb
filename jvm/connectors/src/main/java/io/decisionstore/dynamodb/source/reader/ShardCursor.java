package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.split.ShardSplit;

/** How far a shard was asked for, and when it is asked again; used by the fetcher's thread only. */
final class ShardCursor implements Comparable<ShardCursor> {
  /** An empty page is not the tip; so many in a row over so long a time are taken for it. */
  private static final int READS_AT_TIP = 5;

  private static final long MS_AT_TIP = 1_000;

  final String id;
  final ShardMetrics metrics;

  /** The shard at its next record; moves when a page was decoded, before its records are emitted. */
  ShardSplit split;

  /** Where to read next, or null if it has to be asked for. */
  String iterator;

  /** Whether the iterator has not been read from yet. */
  boolean freshIterator;

  /** The gap behind which reading goes on: what was to be read next; null if there is none. */
  ShardSplit lostAfter;

  int lastPageBytes = -1;
  int emptyReads;
  int failures;
  int memory;
  boolean paused;
  boolean done;

  /** When the last read was sent; -1 before the first. */
  long askedAt = -1;

  long dueAt;
  long turn;
  private long firstEmptyReadAt;

  ShardCursor(ShardSplit split, ShardMetrics metrics, long now) {
    this.id = split.splitId();
    this.split = split;
    this.iterator = split.iterator();
    this.metrics = metrics;
    this.dueAt = now;
  }

  void foundNothing(long now) {
    if (emptyReads++ == 0) {
      firstEmptyReadAt = now;
    }
  }

  /** Whether nothing was left to be read when the last read was sent. */
  boolean atTip() {
    return emptyReads >= READS_AT_TIP && askedAt - firstEmptyReadAt >= MS_AT_TIP;
  }

  /** A read from the split's position has to begin with a new iterator. */
  void restartFrom(ShardSplit position) {
    split = position;
    iterator = null;
    emptyReads = 0;
  }

  /** The shard that is due first comes first; of several, the one that has waited longest. */
  @Override
  public int compareTo(ShardCursor other) {
    int byTime = Long.compare(dueAt, other.dueAt);
    return byTime != 0 ? byTime : Long.compare(turn, other.turn);
  }
}
