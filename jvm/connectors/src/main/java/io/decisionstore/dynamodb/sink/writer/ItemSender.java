package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.Backoff;
import io.decisionstore.dynamodb.sink.TableClient;
import io.decisionstore.dynamodb.sink.TableClient.Answer;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.RejectedRow;
import io.decisionstore.dynamodb.sink.rejected.FailingRejections;
import io.decisionstore.dynamodb.sink.rejected.Rejections;
import io.decisionstore.dynamodb.sink.writer.PendingItems.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Sends items until the table has them. Lives in the task's thread; only answers come from others.
 *
 * <p>A request goes when it is full, when its first item has waited long enough, or when no other
 * is open: a lone item does not wait at all, and a stream batches by itself while requests are
 * open.
 */
final class ItemSender {
  /** What BatchWriteItem takes in one request. */
  private static final long REQUEST_BYTES = 16L << 20;

  /** Large items fill the heap before the buffer's count of items does. */
  private static final long BUFFER_BYTES = 64L << 20;

  private static final long FIRST_WAIT_THROTTLED_MS = 25;

  /**
   * Longer, since such an attempt may still be under way in the server: it must be over before the
   * next write of its key.
   */
  private static final long FIRST_WAIT_UNAVAILABLE_MS = 200;

  private static final long LONGEST_WAIT_MS = 5_000;

  private final SinkConfig config;
  private final TableClient client;
  private final TaskThread task;
  private final SinkMetrics metrics;
  private final PendingItems pending;
  private final CongestionWindow window;
  private final Pace pace = new Pace();
  private final Backoff backoff;
  private final Trouble trouble;
  private final Rejections rejections;
  // Of a refused batch: sent one by one to find the one at fault.
  private final Deque<Write> suspects = new ArrayDeque<>();
  private int inFlight;
  private int retrying;
  private boolean timerSet;
  private boolean paceTimerSet;
  private boolean overdue;
  private boolean draining;
  private boolean closed;

  ItemSender(
      SinkConfig config,
      TableClient client,
      TaskThread task,
      SinkMetrics metrics,
      RandomGenerator random) {
    this(config, client, task, metrics, random, new FailingRejections(config.where()));
  }

  ItemSender(
      SinkConfig config,
      TableClient client,
      TaskThread task,
      SinkMetrics metrics,
      RandomGenerator random,
      Rejections rejections) {
    this.rejections = rejections;
    this.config = config;
    this.client = client;
    this.task = task;
    this.metrics = metrics;
    this.pending = new PendingItems(config.mode().comparesVersions());
    this.window = new CongestionWindow(config.limits().inFlightRequests());
    this.backoff = new Backoff(random, LONGEST_WAIT_MS);
    this.trouble = new Trouble(config.where());
  }

  /** Takes an item, waiting while the buffer is full. */
  void add(Item item) throws InterruptedException {
    while (isFull() && !pending.waits(item.key())) {
      drainUntil(() -> !isFull());
    }
    restore(item);
    send();
  }

  /** Takes an item of a checkpoint, however many there are. */
  void restore(Item item) {
    if (pending.add(item)) {
      metrics.coalesced.inc();
    }
  }

  private boolean isFull() {
    return pending.size() >= config.limits().bufferedItems() || pending.bytes() >= BUFFER_BYTES;
  }

  /**
   * Waits until the table has everything.
   *
   * @param patienceMs how long at the most; negative: as long as it takes
   */
  void drain(long patienceMs) throws InterruptedException {
    long until = task.now() + patienceMs;
    if (patienceMs >= 0 && !pending.isEmpty()) {
      task.after(patienceMs, () -> {}); // ends the wait below
    }
    drainUntil(() -> pending.isEmpty() || (patienceMs >= 0 && task.now() >= until));
  }

  private void drainUntil(java.util.function.BooleanSupplier enough) throws InterruptedException {
    draining = true;
    try {
      send();
      while (!enough.getAsBoolean()) {
        task.await();
      }
    } finally {
      draining = false;
    }
  }

  /** Everything the table is not known to have. */
  List<Item> notYetWritten() {
    return pending.all();
  }

  int inFlight() {
    return inFlight;
  }

  int waiting() {
    return pending.size();
  }

  int inFlightAllowed() {
    return window.size();
  }

  /** The pace it keeps, or -1 while the table has not throttled. */
  long writeUnitsPerSecond() {
    return pace.perSecond();
  }

  void close() {
    closed = true;
  }

  /** Opens every request that may go now. */
  void send() {
    while (inFlight < window.size() && (!suspects.isEmpty() || mayGo())) {
      long delay = pace.delay(task.now());
      if (delay > 0) {
        waitForPace(delay);
        break;
      }
      if (!suspects.isEmpty()) {
        request(List.of(suspects.poll()));
      } else {
        request(pending.take(config.itemsPerRequest(), REQUEST_BYTES));
      }
    }
    if (pending.ready() == 0) {
      overdue = false;
    } else if (!timerSet && !overdue) {
      timerSet = true;
      task.after(config.limits().timeInBufferMs(), this::timeIsUp);
    }
  }

  private void waitForPace(long delay) {
    if (!paceTimerSet) {
      paceTimerSet = true;
      task.after(
          delay,
          () -> {
            paceTimerSet = false;
            if (!closed) {
              send();
            }
          });
    }
  }

  private boolean mayGo() {
    int ready = pending.ready();
    return ready > 0 && (ready >= config.itemsPerRequest() || inFlight == 0 || overdue || draining);
  }

  private void timeIsUp() {
    timerSet = false;
    overdue = true;
    if (!closed) {
      send();
    }
  }

  private void request(List<Write> writes) {
    inFlight++;
    long start = task.now();
    List<Item> items = writes.stream().map(Write::item).toList();
    metrics.sent(items.size(), items.stream().mapToLong(Item::size).sum());
    pace.sent(units(writes));
    CompletableFuture<Answer> answer;
    try {
      answer = client.write(items);
    } catch (RuntimeException failure) {
      answer = CompletableFuture.failedFuture(failure);
    }
    answer.whenComplete(
        (taken, failure) -> task.execute(() -> answered(writes, start, taken, failure)));
  }

  private static int units(List<Write> writes) {
    return writes.stream().mapToInt(write -> write.item().writeUnits()).sum();
  }

  private void answered(List<Write> writes, long start, Answer answer, Throwable failure) {
    if (closed) {
      return;
    }
    inFlight--;
    metrics.answered(task.now() - start);
    if (failure == null) {
      settle(writes, answer);
    } else {
      switch (client.judge(failure)) {
        case THROTTLED -> {
          pace.answered(task.now(), 0, units(writes));
          window.refused(task.now());
          retry(writes, FIRST_WAIT_THROTTLED_MS, client.reason(failure));
        }
        case UNAVAILABLE -> {
          window.refused(task.now());
          retry(writes, FIRST_WAIT_UNAVAILABLE_MS, client.reason(failure));
        }
        case REFUSED -> isolate(writes, failure);
        case FATAL -> fail(client.explain(failure), failure);
      }
    }
    send();
  }

  private void settle(List<Write> writes, Answer answer) {
    Set<ItemKey> unprocessed = new HashSet<>();
    answer.unprocessed().forEach(item -> unprocessed.add(item.key()));
    List<Write> again = new ArrayList<>();
    for (Write write : writes) {
      if (!unprocessed.isEmpty() && unprocessed.contains(write.item().key())) {
        again.add(write);
      } else {
        retrying -= write.attempts() > 0 ? 1 : 0;
        pending.accepted(write);
      }
    }
    int taken = writes.size() - again.size();
    pace.answered(task.now(), units(writes) - units(again), units(again));
    window.accepted();
    metrics.stale.inc(answer.stale());
    metrics.accepted.inc(taken - answer.stale());
    if (again.isEmpty()) {
      if (retrying == 0) {
        trouble.over(task.now());
      }
    } else {
      retry(again, FIRST_WAIT_THROTTLED_MS, "it left items of a batch unprocessed");
    }
  }

  private void retry(List<Write> writes, long firstWaitMs, String reason) {
    trouble.refused(task.now(), pending.size(), reason);
    metrics.retried.inc(writes.size());
    int attempts = 0;
    for (Write write : writes) {
      retrying += write.attempts() == 0 ? 1 : 0;
      write.failed();
      attempts = Math.max(attempts, write.attempts());
    }
    task.after(backoff.delay(firstWaitMs, attempts), () -> again(writes));
  }

  private void again(List<Write> writes) {
    if (closed) {
      return;
    }
    for (Write write : writes) {
      if (pending.again(write)) {
        metrics.coalesced.inc();
      }
    }
    overdue = true; // they have waited long enough
    send();
  }

  /** One item of a batch is at fault; the others must not suffer for it. */
  private void isolate(List<Write> writes, Throwable failure) {
    if (writes.size() > 1) {
      suspects.addAll(writes);
      return;
    }
    Write write = writes.get(0);
    metrics.failed();
    rejections.reject(
        new RejectedRow(
            config.table(),
            write.item().key().describe(config),
            client.reason(failure),
            write.item().json(),
            System.currentTimeMillis()));
    retrying -= write.attempts() > 0 ? 1 : 0;
    pending.accepted(write);
  }

  private void fail(String sentence, Throwable failure) {
    metrics.failed();
    throw new IllegalStateException(sentence, failure);
  }
}
