package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.sink.client.Refusal;

/** What the table took and refused since a moment, in its units. */
final class Measure {
  private static final long SHORTEST_MS = 250;
  private static final long USUAL_MS = 500;
  private static final long LONGEST_MS = 2_000;

  /** A small table is measured for longer: of few requests each weighs much. */
  private static final int REQUESTS = 12;

  /** So much is clear early, and all that exceeds the capacity is refused meanwhile. */
  private static final double MANY = 0.2;

  /** Of partitions alone: the writer keeps hot keys apart, but a first refusal must show them. */
  private static final double FEW = 0.1;

  private static final long RECENTLY_MS = 5_000;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private long start = NEVER;
  private double taken;
  private double refused;
  private int requests;
  private boolean heldBack;
  private long partitionRefused = NEVER;
  private long tableRefused = NEVER;

  void start(long now) {
    start = now;
    taken = 0;
    refused = 0;
    requests = 0;
    heldBack = false;
  }

  void answered(long now, double unitsTaken, double unitsRefused) {
    if (start == NEVER) {
      start(now);
    }
    if (refused == 0 && unitsRefused > 0 && !heldBack) {
      // Without a pace only what it takes while it refuses is its capacity.
      taken = 0;
      requests = 0;
      start = now;
    }
    taken += unitsTaken;
    refused += unitsRefused;
    requests++;
  }

  void refused(long now, Refusal.Kind kind) {
    if (kind == Refusal.Kind.PARTITION_THROTTLED) {
      partitionRefused = now;
    } else if (kind == Refusal.Kind.TABLE_THROTTLED) {
      tableRefused = now;
    }
  }

  void heldBack() {
    heldBack = true;
  }

  boolean wasHeldBack() {
    return heldBack;
  }

  boolean isOver(long now) {
    long elapsed = now - start;
    return start != NEVER
        && requests > 0
        && elapsed >= SHORTEST_MS
        && (elapsed >= LONGEST_MS
            || (requests >= REQUESTS && (elapsed >= USUAL_MS || share() >= MANY)));
  }

  double seconds(long now) {
    return Math.max(1, now - start) / 1000.0;
  }

  double takenPerSecond(long now) {
    return taken / seconds(now);
  }

  double share() {
    return refused == 0 ? 0 : refused / (taken + refused);
  }

  /** Whether only some partitions refuse, which says nothing of the table. */
  boolean isOfPartitions(long now) {
    return share() <= FEW
        && now - partitionRefused <= RECENTLY_MS
        && now - tableRefused > RECENTLY_MS;
  }
}
