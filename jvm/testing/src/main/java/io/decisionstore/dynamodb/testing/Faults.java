package io.decisionstore.dynamodb.testing;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** The faults and delays that are scripted; the first that fits a call strikes. */
public final class Faults {
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final List<Delay> delays = new CopyOnWriteArrayList<>();

  private record Delay(Operation operation, String shardId, long nanos) {
    int precision() {
      return (shardId == null ? 0 : 2) + (operation == null ? 0 : 1);
    }

    boolean fits(Operation of, String shard) {
      return (operation == null || operation == of) && (shardId == null || shardId.equals(shard));
    }
  }

  private static final class Fault {
    final Operation operation;
    final String shardId;
    final FaultKind kind;
    final double probability;
    final Random random;
    int skip;
    int times;

    Fault(
        Operation operation,
        String shardId,
        FaultKind kind,
        int skip,
        int times,
        double probability,
        long seed) {
      this.operation = operation;
      this.shardId = shardId;
      this.kind = kind;
      this.skip = skip;
      this.times = times;
      this.probability = probability;
      this.random = new Random(seed);
    }

    synchronized boolean isSpent() {
      return times == 0;
    }

    synchronized boolean strikes(Operation of, String shard) {
      // A listing is of no shard: it is told which one to leave out.
      boolean fits =
          operation == of
              && (shardId == null || shardId.equals(shard) || kind == FaultKind.MISSING_SHARD);
      if (!fits || times == 0 || (skip > 0 && skip-- > 0)) {
        return false;
      }
      if (probability < 1 && random.nextDouble() >= probability) {
        return false;
      }
      times--;
      return true;
    }
  }

  /** What strikes a call. */
  record Strike(FaultKind kind, String shardId) {}

  /**
   * The next calls of an operation fail.
   *
   * @param shardId only calls of this shard; null: of any
   * @param skip how many fitting calls are spared first
   * @param times how many fail then
   */
  public void fail(Operation operation, String shardId, FaultKind kind, int skip, int times) {
    faults.add(new Fault(operation, shardId, kind, skip, times, 1, 0));
  }

  /** The next calls of an operation on any shard fail. */
  public void fail(Operation operation, FaultKind kind, int times) {
    fail(operation, null, kind, 0, times);
  }

  /**
   * Calls of an operation fail now and then until {@link #heal}.
   *
   * @param probability 0 to 1
   * @param seed of the choice
   */
  public void failSometimes(
      Operation operation, String shardId, FaultKind kind, double probability, long seed) {
    faults.add(new Fault(operation, shardId, kind, 0, Integer.MAX_VALUE, probability, seed));
  }

  /**
   * Answers come this long after their request, over HTTP only; replaces the delay set for the same
   * operation and shard. A shard's own delay goes before an operation's, an operation's before the
   * one for all.
   *
   * @param operation null: every operation
   * @param shardId null: every shard
   */
  public synchronized void delay(Operation operation, String shardId, Duration latency) {
    Delay delay = new Delay(operation, shardId, latency.toNanos());
    delays.removeIf(old -> old.operation == operation && Objects.equals(old.shardId, shardId));
    delays.add(delay);
    delays.sort((a, b) -> b.precision() - a.precision());
  }

  /** Ends all faults and delays. */
  public void heal() {
    faults.clear();
    delays.clear();
  }

  Strike strike(Operation operation, String shardId) {
    for (Fault fault : faults) {
      if (fault.strikes(operation, shardId)) {
        if (fault.isSpent()) {
          faults.remove(fault);
        }
        return new Strike(fault.kind, fault.shardId);
      }
    }
    return null;
  }

  long nanos(Operation operation, String shardId) {
    for (Delay delay : delays) {
      if (delay.fits(operation, shardId)) {
        return delay.nanos;
      }
    }
    return 0;
  }
}
