package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;

/**
 * The coordinator without threads: asynchronous calls and timers run when a test turns the time.
 */
final class VirtualContext implements SplitEnumeratorContext<ShardSplit>, Timer {

  /** What readers were given, in order. */
  record Assigned(long at, int subtask, ShardSplit split) {}

  private record Call(long at, long order, Runnable call) {}

  final Map<Integer, ReaderInfo> readers = new HashMap<>();
  final List<Assigned> assigned = new ArrayList<>();
  final TreeSet<Integer> dismissed = new TreeSet<>();
  int parallelism = 1;

  /** Takes what is assigned, as the readers would. */
  BiConsumer<Integer, ShardSplit> onAssigned = (subtask, split) -> {};

  /** How long the client takes for an answer. */
  long latency;

  private final PriorityQueue<Call> calls =
      new PriorityQueue<>(Comparator.comparingLong(Call::at).thenComparingLong(Call::order));
  private long now;
  private long order;
  private boolean closed;

  VirtualContext(long now) {
    this.now = now;
  }

  VirtualContext register(int... subtasks) {
    for (int subtask : subtasks) {
      readers.put(subtask, new ReaderInfo(subtask, "here"));
    }
    return this;
  }

  /** Runs everything that is due until a while from now. */
  void pass(long millis) {
    long until = now + millis;
    while (!calls.isEmpty() && calls.peek().at() <= until) {
      Call next = calls.poll();
      now = Math.max(now, next.at());
      next.call().run();
    }
    now = until;
  }

  private void later(long millis, Runnable call) {
    calls.add(
        new Call(
            now + millis,
            order++,
            () -> {
              if (!closed) {
                call.run();
              }
            }));
  }

  /** Shards given since the last time, as "subtask:shard@position". */
  List<String> take() {
    List<String> taken =
        assigned.stream()
            .map(one -> one.subtask() + ":" + one.split().shardId() + "@" + one.split().position())
            .toList();
    assigned.clear();
    return taken;
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public long wallMillis() {
    return now;
  }

  @Override
  public void after(long millis, Runnable call) {
    later(millis, call);
  }

  @Override
  public void close() {
    closed = true;
    calls.clear();
  }

  @Override
  public SplitEnumeratorMetricGroup metricGroup() {
    return null;
  }

  @Override
  public void sendEventToSourceReader(int subtaskId, SourceEvent event) {}

  @Override
  public int currentParallelism() {
    return parallelism;
  }

  @Override
  public Map<Integer, ReaderInfo> registeredReaders() {
    return readers;
  }

  @Override
  public void assignSplits(SplitsAssignment<ShardSplit> assignment) {
    assignment
        .assignment()
        .forEach(
            (subtask, splits) ->
                splits.forEach(
                    split -> {
                      assigned.add(new Assigned(now, subtask, split));
                      onAssigned.accept(subtask, split);
                    }));
  }

  @Override
  public void signalNoMoreSplits(int subtask) {
    dismissed.add(subtask);
  }

  @Override
  public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
    later(
        latency,
        () -> {
          T answer;
          try {
            answer = callable.call();
          } catch (Throwable failure) {
            handler.accept(null, failure);
            return;
          }
          handler.accept(answer, null);
        });
  }

  @Override
  public <T> void callAsync(
      Callable<T> callable, BiConsumer<T, Throwable> handler, long delay, long period) {
    throw new UnsupportedOperationException("waits are the timer's");
  }

  @Override
  public void runInCoordinatorThread(Runnable runnable) {
    later(0, runnable);
  }
}
