package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.config.Pace;
import java.time.Duration;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/**
 * When a shard is read again.
 *
 * <p>Every read is billed, so reads follow the traffic. While a shard has more than was read, it is
 * read on at once. At its tip it is read at an even interval: the latency goal, or what the budget
 * allows the active shards. A shard without traffic is read at intervals that double up to the
 * quiet interval. After throttling all intervals of the subtask are longer for a while.
 */
final class PollPace {
  /** A GetRecords page ends at 1,000 records, or at 1 MB. */
  private static final int FULL_PAGE = 1_000;

  /**
   * A page may end early at a large record (up to 400 KB, twice with both images); a shard takes 1
   * MB a second, so a page of this size is a backlog all the same.
   */
  private static final int LARGE_PAGE_BYTES = 256 * 1024;

  /** A shard takes 1,000 writes a second: one a millisecond. */
  private static final double WRITES_PER_MS = 1.0;

  private static final BackoffStrategy BACKOFF =
      BackoffStrategy.exponentialDelay(Duration.ofMillis(100), Duration.ofSeconds(10));

  private static final int SMALL_PAGE = 50;
  private static final double SLOWER = 1.5;
  private static final double FASTER = 0.98;
  private static final double SLOWEST = 20;

  /** The share of a budget that quiet shards may take from the active ones. */
  private static final double QUIET_SHARE = 0.5;

  private final double latencyGoalMs;
  private final double readsPerMs;
  private final double quietIntervalMs;
  private double slowness = 1;

  /**
   * @param parallelism how many subtasks share a budget
   */
  PollPace(Pace pace, int parallelism) {
    this.latencyGoalMs = pace.latencyGoal() == null ? 0 : pace.latencyGoal().toNanos() / 1e6;
    this.readsPerMs = pace.readsPerSecond() / 1_000 / Math.max(1, parallelism);
    this.quietIntervalMs = pace.quietInterval().toNanos() / 1e6;
  }

  /** How long to wait after so many failures in a row: longer each time, and not in step. */
  static long backoffMs(int failures) {
    return BACKOFF.computeDelay(Math.max(1, failures)).toMillis();
  }

  /** Whether a page is so large that there is more, without a look into it. */
  static boolean isLarge(int bytes) {
    return bytes >= LARGE_PAGE_BYTES;
  }

  /** Whether a page shows that the shard has more than it held. */
  static boolean hasMore(int records, int bytes, long msSinceLastRead) {
    return records >= FULL_PAGE
        || records > 0 && isLarge(bytes)
        || records > SMALL_PAGE && records > WRITES_PER_MS * msSinceLastRead;
  }

  /**
   * The time between two reads of a shard that was read to its tip.
   *
   * @param emptyReads how many reads in a row found nothing
   * @param activeShards the subtask's shards that have traffic
   * @param quietShards its shards that have none
   */
  double intervalMs(int emptyReads, int activeShards, int quietShards) {
    double quiet = quietIntervalMs;
    double busy = latencyGoalMs;
    if (readsPerMs > 0) {
      quiet = Math.max(quiet, quietShards / (readsPerMs * QUIET_SHARE));
      double left = readsPerMs - quietShards / quiet;
      busy = Math.max(1, activeShards) / Math.max(left, readsPerMs * (1 - QUIET_SHARE));
      quiet = Math.max(quiet, busy);
    }
    double interval = Math.min(quiet, busy * Math.pow(2, Math.min(emptyReads, 30)));
    return interval * slowness;
  }

  /** DynamoDB asked for fewer reads. */
  void throttled() {
    slowness = Math.min(SLOWEST, slowness * SLOWER);
  }

  /** DynamoDB answered a read. */
  void answered() {
    slowness = Math.max(1, slowness * FASTER);
  }
}
