package io.decisionstore.dynamodb.source.enumerator;

import java.util.Collection;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;

/** What the enumerator shows; written by the coordinator's thread, read by reporters. */
final class EnumeratorMetrics {
  private volatile int openShards;
  private volatile int waitingChildren;
  private volatile int streams;
  private volatile long childDiscoveryDelayMs;
  private volatile long childDiscoveryDelayMaxMs;
  private volatile long trimmedGaps;
  private volatile long describeStreamCalls;

  /**
   * @param group null in some tests
   */
  void register(SplitEnumeratorMetricGroup group) {
    if (group == null) {
      return;
    }
    group.gauge("openShards", (Gauge<Integer>) () -> openShards);
    group.gauge("waitingChildren", (Gauge<Integer>) () -> waitingChildren);
    group.gauge("streams", (Gauge<Integer>) () -> streams);
    group.gauge("childDiscoveryDelayMs", (Gauge<Long>) () -> childDiscoveryDelayMs);
    group.gauge("childDiscoveryDelayMaxMs", (Gauge<Long>) () -> childDiscoveryDelayMaxMs);
    group.gauge("trimmedGaps", (Gauge<Long>) () -> trimmedGaps);
    group.gauge("describeStreamCalls", (Gauge<Long>) () -> describeStreamCalls);
  }

  void publish(Collection<FollowedStream> followed, LossGuard losses, CallLimiter limiter) {
    int open = 0;
    int waiting = 0;
    for (FollowedStream stream : followed) {
      open += stream.lineage.count(Lineage.Status.ASSIGNED);
      waiting += stream.lineage.count(Lineage.Status.WAITING);
    }
    openShards = open;
    waitingChildren = waiting;
    streams = followed.size();
    trimmedGaps = losses.gaps();
    describeStreamCalls = limiter.calls();
  }

  /** A child was assigned so long after its parent's end was told. */
  void childAssigned(long delayMs) {
    childDiscoveryDelayMs = delayMs;
    childDiscoveryDelayMaxMs = Math.max(childDiscoveryDelayMaxMs, delayMs);
  }

  long trimmedGaps() {
    return trimmedGaps;
  }

  long childDiscoveryDelayMaxMs() {
    return childDiscoveryDelayMaxMs;
  }
}
