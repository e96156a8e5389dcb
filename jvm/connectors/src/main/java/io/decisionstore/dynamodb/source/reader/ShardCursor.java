package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.split.ShardSplit;

/** How far a shard was read, and when it is asked again; used by the fetcher's thread only. */
final class ShardCursor implements Comparable<ShardCursor> {
  /** An empty page is not the tip; so many in a row over so long a time are taken for it. */
  private static final int READS_AT_TIP = 5;

  private static final long MS_AT_TIP = 1_000;

  /** A bounded source looks for records of its last moment for so long after it. */
  private static final long VISIBLE_AFTER_MS = 2_000;

  private static final long USUAL_LATENESS_MS = 20;

  /** A shard without traffic. */
  private static final int READS_WHEN_QUIET = 3;

  final String id;
  final String table;
  final ShardMetrics metrics;

  /**
   * The shard at its next record; moves when a page was decoded, before its records are emitted.
   */
  ShardSplit split;

  /** The position after the last record that was handed over. */
  String readTo;

  /** Where to read next, or null if it has to be asked for. */
  String iterator;

  /** Whether the iterator has not been read from yet. */
  boolean freshIterator;

  /** Where the gap begins behind which reading goes on, until it was told; else null. */
  ShardSplit lostAfter;

  /** -1: none was seen. */
  int lastPageBytes = -1;

  int emptyReads;
  int failures;
  int malformedPages;
  int timesNotFound;
  long missingSince;
  boolean quiet;

  /** Whether it may still be read at the same moments as other shards. */
  boolean inStep = true;

  // Of its requests.
  boolean paused;
  boolean open;
  int generation;
  double dueAt;
  long turn;
  long askedAt = -1;
  long msBetweenReads = Long.MAX_VALUE;
  double pacedFrom;
  private long firstEmptyAskedAt = -1;

  ShardCursor(ShardSplit split, ShardMetrics metrics) {
    this.id = split.splitId();
    this.table = split.table();
    this.split = split;
    this.readTo = split.position();
    this.iterator = split.iterator();
    this.metrics = metrics;
  }

  /**
   * A read is being sent.
   *
   * <p>The next one is paced from when this one was due: a wait ends up to a millisecond late, and
   * would otherwise make every interval longer.
   */
  void asked(long now) {
    pacedFrom = Math.max(dueAt, now - USUAL_LATENESS_MS);
    msBetweenReads = askedAt < 0 ? Long.MAX_VALUE : now - askedAt;
    askedAt = now;
  }

  void foundRecords(String lastSequenceNumber, long lastWrittenAt) {
    split = split.after(lastSequenceNumber, lastWrittenAt);
    emptyReads = 0;
  }

  void foundNothing() {
    long boundIsVisible = split.until() < Long.MAX_VALUE ? split.until() + VISIBLE_AFTER_MS : 0;
    if (firstEmptyAskedAt <= boundIsVisible && askedAt > boundIsVisible) {
      emptyReads = 0; // from now on an empty read says something about the bound
    }
    if (emptyReads++ == 0) {
      firstEmptyAskedAt = askedAt;
    }
    if (atTip() && iterator != null) { // a closed shard's children may have had records meanwhile
      split = split.readUntil(askedAt);
    }
  }

  /** The stream does not know it; how many times in a row now. */
  int notFound(long now) {
    if (timesNotFound == 0) {
      missingSince = now;
    }
    return ++timesNotFound;
  }

  /** Whether nothing was left to be read when the last read was sent. */
  boolean atTip() {
    return emptyReads >= READS_AT_TIP && askedAt - firstEmptyAskedAt >= MS_AT_TIP;
  }

  /** Whether an open shard has had all its records that a bounded source wants. */
  boolean nothingMoreUntilBound() {
    return split.until() < Long.MAX_VALUE
        && atTip()
        && firstEmptyAskedAt > split.until() + VISIBLE_AFTER_MS;
  }

  /** Notes whether the shard has traffic; how much that changes the number of quiet ones. */
  int becomesQuiet() {
    boolean before = quiet;
    quiet = emptyReads >= READS_WHEN_QUIET;
    return (quiet ? 1 : 0) - (before ? 1 : 0);
  }

  /** The next read begins with a new iterator at a position. */
  void restartFrom(ShardSplit position) {
    split = position;
    iterator = null;
    emptyReads = 0;
  }

  /** The shard that is due first comes first; of several, the one that has waited longest. */
  @Override
  public int compareTo(ShardCursor other) {
    int byTime = Double.compare(dueAt, other.dueAt);
    return byTime != 0 ? byTime : Long.compare(turn, other.turn);
  }
}
