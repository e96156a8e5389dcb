package io.decisionstore.dynamodb.source.reader;

import org.apache.flink.metrics.MetricGroup;

/** What one shard carries and how far behind it is read. */
final class ShardMetrics {
  private final MetricGroup group;
  private volatile long records;
  private volatile long bytes;

  /** When the last record read was written, while there is more to read; 0 at the tip. */
  private volatile long behindSince;

  private long countedBytes;
  private long countedAt = System.currentTimeMillis();

  ShardMetrics(MetricGroup group) {
    this.group = group;
    group.gauge("msBehind", this::msBehind);
    group.gauge("recordsRead", () -> records);
    group.gauge("bytesRead", () -> bytes);
  }

  void read(int pageRecords, int pageBytes, boolean hasMore, long lastWrittenAt) {
    records += pageRecords;
    bytes += pageBytes;
    behindSince = hasMore ? lastWrittenAt : 0;
  }

  long msBehind() {
    long since = behindSince;
    return since == 0 ? 0 : Math.max(0, System.currentTimeMillis() - since);
  }

  double takeBytesPerSecond(long now) {
    long total = bytes;
    double seconds = Math.max(1, now - countedAt) / 1000.0;
    double perSecond = (total - countedBytes) / seconds;
    countedBytes = total;
    countedAt = now;
    return perSecond;
  }

  /** Flink keeps a group until the task ends unless it is closed, and shards come and go. */
  void close() {
    if (group instanceof org.apache.flink.runtime.metrics.groups.AbstractMetricGroup<?> closeable) {
      closeable.close();
    }
  }
}
