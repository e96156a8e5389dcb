package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.capacity.CapacityShare;
import io.decisionstore.dynamodb.sink.capacity.CapacityShare.Permit;
import io.decisionstore.dynamodb.sink.client.Refusal;
import io.decisionstore.dynamodb.sink.client.TableClient.Answer;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.RowText;
import io.decisionstore.dynamodb.sink.rejected.Rejections;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** What becomes of the writes of a request when it ends: written, tried again, or rejected. */
final class Outcomes {
  private final SinkConfig config;
  private final TaskThread task;
  private final CapacityShare share;
  private final Retries retries;
  private final Rejections rejections;
  private final SinkMetrics metrics;
  // Of a rejected batch: to be sent one by one to find the one at fault.
  private final Deque<Pending> suspects = new ArrayDeque<>();

  /** A request until its answer. */
  record Request(List<Pending> writes, Permit permit) {}

  Outcomes(
      SinkConfig config,
      TaskThread task,
      CapacityShare share,
      Retries retries,
      Rejections rejections,
      SinkMetrics metrics) {
    this.config = config;
    this.task = task;
    this.share = share;
    this.retries = retries;
    this.rejections = rejections;
    this.metrics = metrics;
  }

  boolean isAnySuspect() {
    return !suspects.isEmpty();
  }

  Pending nextSuspect() {
    return suspects.poll();
  }

  /**
   * A request has ended.
   *
   * @param nanos it took
   * @param answer null if it failed
   * @param failure null if it was answered
   */
  void of(Request request, long nanos, Answer answer, Throwable failure) {
    metrics.answered(nanos / 1_000_000);
    if (failure == null) {
      settle(request, nanos, answer);
    } else {
      refused(request, Refusal.of(failure));
    }
  }

  private void settle(Request request, long nanos, Answer answer) {
    Set<ItemWrite> unprocessed = Collections.newSetFromMap(new IdentityHashMap<>());
    unprocessed.addAll(answer.unprocessed());
    List<Pending> back = new ArrayList<>();
    int unitsTaken = 0;
    for (Pending write : request.writes()) {
      if (unprocessed.contains(write.write())) {
        back.add(write);
      } else {
        unitsTaken += write.write().writeUnits();
        taken(write);
      }
    }
    int taken = request.writes().size() - back.size();
    (answer.stale() ? metrics.stale : metrics.accepted).inc(taken);
    metrics.consumed(answer.consumed());
    share.answered(
        request.permit(), task.now(), nanos, answer.consumed(), unitsTaken, unitsNotHeldBack(back));
    if (!back.isEmpty()) {
      metrics.unprocessed.inc(back.size());
      retries.holdBack(back, "it left items of a batch unprocessed");
    }
  }

  private void taken(Pending write) {
    if (write.lane() != null) {
      write.lane().accepted();
    }
    retries.settled(write);
  }

  private static int unitsNotHeldBack(List<Pending> refused) {
    int units = 0;
    for (Pending write : refused) {
      units += write.lane() == null ? write.write().writeUnits() : 0;
    }
    return units;
  }

  private void refused(Request request, Refusal refusal) {
    List<Pending> writes = request.writes();
    if (refusal.kind() == Refusal.Kind.REJECTED) {
      share.rejected(request.permit(), task.now());
    } else if (refusal.isThrottling()) {
      metrics.throttled.inc(writes.size());
      share.throttled(request.permit(), task.now(), refusal.kind(), unitsNotHeldBack(writes));
    } else {
      share.failed(request.permit(), task.now());
    }
    switch (refusal.kind()) {
      case PARTITION_THROTTLED, THROTTLED -> retries.holdBack(writes, refusal.reason());
      case TABLE_THROTTLED -> retries.later(writes, false, refusal.reason());
      case UNAVAILABLE -> retries.later(writes, true, refusal.reason());
      case REJECTED -> isolate(writes, refusal);
      case FORBIDDEN, FATAL -> {
        metrics.failed();
        throw new IllegalStateException(refusal.reason(), refusal.cause());
      }
    }
  }

  /** One item of a batch is at fault; the others must not suffer for it. */
  private void isolate(List<Pending> writes, Refusal refusal) {
    if (writes.size() > 1) {
      suspects.addAll(writes);
      return;
    }
    Pending write = writes.get(0);
    metrics.failed();
    rejections.reject(
        RowText.rejected(config, write.write(), refusal.reason(), System.currentTimeMillis()));
    retries.settled(write);
  }
}
