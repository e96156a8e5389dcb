package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.client.TableClient.Consumed;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * What the sink counts, beside Flink's numRecordsSend, numBytesSend, numRecordsSendErrors and
 * currentSendTime. Of all rows, accepted + stale + coalesced + rejected + ignored + waiting is what
 * came in.
 */
final class SinkMetrics {
  /** Items the table has taken. */
  final Counter accepted = new SimpleCounter();

  /** Items that were not newer than the table's. */
  final Counter stale = new SimpleCounter();

  /** Rows not written by themselves: another of their key, newer or joined, stands for them. */
  final Counter coalesced = new SimpleCounter();

  /** Rows of kind UPDATE_BEFORE. */
  final Counter ignored = new SimpleCounter();

  /** Attempts that are made again, by item. */
  final Counter retried = new SimpleCounter();

  /** Items of requests that were refused as throttled. */
  final Counter throttled = new SimpleCounter();

  /** Items that a batch left unprocessed. */
  final Counter unprocessed = new SimpleCounter();

  /** Milliseconds in which the input was held back. */
  final Counter backpressuredMs = new SimpleCounter();

  private final Counter recordsSend;
  private final Counter bytesSend;
  private final Counter sendErrors;
  private volatile long sendTime;
  private volatile double consumedUnits;
  private volatile boolean backpressured;

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
    group.counter("stale", metrics.stale);
    group.counter("coalesced", metrics.coalesced);
    group.counter("ignored", metrics.ignored);
    group.counter("retried", metrics.retried);
    group.counter("throttled", metrics.throttled);
    group.counter("unprocessed", metrics.unprocessed);
    group.counter("backpressuredMs", metrics.backpressuredMs);
    group.gauge("backpressured", (Gauge<Integer>) () -> metrics.backpressured ? 1 : 0);
    group.gauge("consumedWriteUnits", (Gauge<Double>) () -> metrics.consumedUnits);
    group.setCurrentSendTimeGauge(() -> metrics.sendTime);
    return metrics;
  }

  static SinkMetrics unregistered() {
    return new SinkMetrics(new SimpleCounter(), new SimpleCounter(), new SimpleCounter());
  }

  /** What a sender is doing now. */
  static void gauges(SinkWriterMetricGroup group, WriteSender sender) {
    group.gauge("inFlight", (Gauge<Integer>) sender::inFlight);
    group.gauge("inFlightAllowed", (Gauge<Integer>) sender::inFlightAllowed);
    group.gauge("writeUnitsPerSecond", (Gauge<Long>) sender::writeUnitsPerSecond);
    group.gauge("waiting", (Gauge<Integer>) sender::waiting);
    group.gauge("retrying", (Gauge<Integer>) sender::retrying);
    group.gauge("heldBack", (Gauge<Integer>) sender::heldBack);
    group.gauge("hotPartitionKeys", (Gauge<Integer>) sender::hotPartitionKeys);
  }

  void sent(int records, long bytes) {
    recordsSend.inc(records);
    bytesSend.inc(bytes);
  }

  void answered(long millis) {
    sendTime = millis;
  }

  /** What a request cost, if DynamoDB says so. */
  void consumed(Consumed units) {
    if (units != null) {
      double all = units.table();
      for (double each : units.indexes().values()) {
        all += each;
      }
      consumedUnits += all; // one thread writes it
    }
  }

  void backpressured(boolean now) {
    backpressured = now;
  }

  void failed() {
    sendErrors.inc();
  }
}
