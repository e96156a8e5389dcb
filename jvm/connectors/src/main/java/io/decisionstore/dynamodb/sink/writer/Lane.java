package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.item.KeyValue;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes of a partition key that DynamoDB refused: they wait here, so that nothing else waits for
 * them. How many may be underway is found as TCP does it: one more a round while all are taken,
 * half after a refusal.
 */
final class Lane {
  private static final double MOST = 200;

  /** A hot partition is often empty for a moment; without its lane it would be refused again. */
  private static final long LINGER_MS = 1_000;

  private final KeyValue partition;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private double window = 1;
  private int underway;
  private int refusals;
  private boolean pausing;
  private long lastRefusal;
  private boolean listed;

  Lane(KeyValue partition) {
    this.partition = partition;
  }

  KeyValue partition() {
    return partition;
  }

  int size() {
    return waiting.size();
  }

  /** Whether its key may be as any other again. */
  boolean isOver(long now) {
    return waiting.isEmpty() && underway == 0 && !pausing && now - lastRefusal >= LINGER_MS;
  }

  /** How many may go now. */
  int room() {
    return pausing ? 0 : Math.min(waiting.size(), (int) window - underway);
  }

  void add(Pending write) {
    waiting.addLast(write);
  }

  void addFirst(Pending write) {
    waiting.addFirst(write);
  }

  /** The next that {@link #take} gives; there is one while there is room. */
  Pending first() {
    return waiting.peekFirst();
  }

  Pending take() {
    underway++;
    return waiting.pollFirst();
  }

  /** One that was underway is not any more. */
  void returned() {
    underway--;
  }

  /** One was taken. */
  void accepted() {
    refusals = 0;
    window = Math.min(MOST, window + 1 / window);
  }

  /**
   * Some of a request were refused.
   *
   * @return whether it pauses for that; false if it pauses already
   */
  boolean pauses(long now) {
    lastRefusal = now;
    if (pausing) {
      return false;
    }
    pausing = true;
    window = Math.max(1, window / 2);
    refusals++;
    return true;
  }

  /** How often it was refused in a row. */
  int refusals() {
    return refusals;
  }

  void pauseIsOver() {
    pausing = false;
  }

  /** Whether it is among those that have room; kept here so that none is listed twice. */
  boolean isListed() {
    return listed;
  }

  void setListed(boolean is) {
    listed = is;
  }
}
