package io.decisionstore.dynamodb.sink.writer;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * What the sink counts, beside Flink's numRecordsSend, numBytesSend, numRecordsSendErrors and
 * currentSendTime. Of all items, accepted + stale + coalesced + waiting is what came in.
 */
final class SinkMetrics {
  /** Items the table has taken. */
  final Counter accepted = new SimpleCounter();

  /** Attempts that are made again, by item. */
  final Counter retried = new SimpleCounter();

  /** Items that were not newer than the table's. */
  final Counter stale = new SimpleCounter();

  /** Items never written because a newer one of the same key was here before they could go. */
  final Counter coalesced = new SimpleCounter();

  private final Counter recordsSend;
  private final Counter bytesSend;
  private final Counter sendErrors;
  private volatile long sendTime;

  private SinkMetrics(Counter recordsSend, Counter bytesSend, Counter sendErrors) {
    this.recordsSend = recordsSend;
    this.bytesSend = bytesSend;
    this.sendErrors = sendErrors;
  }

  static SinkMetrics of(SinkWriterMetricGroup group) {
    SinkMetrics metrics =
        new SinkMetrics(
            group.getNumRecordsSendCounter(),
            group.getNumBytesSendCounter(),
            group.getNumRecordsSendErrorsCounter());
    group.counter("accepted", metrics.accepted);
    group.counter("retried", metrics.retried);
    group.counter("stale", metrics.stale);
    group.counter("coalesced", metrics.coalesced);
    group.setCurrentSendTimeGauge(() -> metrics.sendTime);
    return metrics;
  }

  static SinkMetrics unregistered() {
    return new SinkMetrics(new SimpleCounter(), new SimpleCounter(), new SimpleCounter());
  }

  /** What a sender is doing now. */
  static void gauges(SinkWriterMetricGroup group, ItemSender sender) {
    group.gauge("inFlight", (Gauge<Integer>) sender::inFlight);
    group.gauge("inFlightAllowed", (Gauge<Integer>) sender::inFlightAllowed);
    group.gauge("writeUnitsPerSecond", (Gauge<Long>) sender::writeUnitsPerSecond);
    group.gauge("waiting", (Gauge<Integer>) sender::waiting);
  }

  void sent(int records, long bytes) {
    recordsSend.inc(records);
    bytesSend.inc(bytes);
  }

  void answered(long millis) {
    sendTime = millis;
  }

  void failed() {
    sendErrors.inc();
  }
}
