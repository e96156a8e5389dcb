package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.capacity.CapacityShare;
import io.decisionstore.dynamodb.sink.client.TableClient;
import io.decisionstore.dynamodb.sink.client.TableClient.Answer;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.rejected.Rejections;
import io.decisionstore.dynamodb.sink.writer.Outcomes.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Sends writes until the table has them. Lives in the task's thread; only answers come from others.
 *
 * <p>A request goes when it is full, when what it would carry has waited long enough, or when no
 * other is open: a lone row does not wait at all, and a stream batches by itself while requests are
 * open. How many may be open, and how fast they follow each other, is the {@link CapacityShare}'s.
 */
final class WriteSender {
  /** What BatchWriteItem takes in one request, less what stands around the items. */
  private static final long REQUEST_BYTES = 15L << 20;

  private final SinkConfig config;
  private final TableClient client;
  private final TaskThread task;
  private final CapacityShare share;
  private final SinkMetrics metrics;
  private final PendingWrites pending;
  private final Retries retries;
  private final Outcomes outcomes;
  private final TableWatch watch;
  private final Patience freshPatience;
  private final Patience heldPatience;
  private int inFlight;
  private boolean paceTimerSet;
  private boolean draining;
  private boolean closed;

  WriteSender(
      SinkConfig config,
      TableClient client,
      TaskThread task,
      CapacityShare share,
      Rejections rejections,
      SinkMetrics metrics,
      RandomGenerator random) {
    this.config = config;
    this.client = client;
    this.task = task;
    this.share = share;
    this.metrics = metrics;
    this.pending = new PendingWrites(config.mode());
    this.retries =
        new Retries(pending, task, metrics, new Trouble(config.where()), random, this::send);
    this.outcomes = new Outcomes(config, task, share, retries, rejections, metrics);
    this.watch = new TableWatch(client, task, share, this::send);
    this.freshPatience = new Patience(task, config.limits().timeInBufferMs(), this::send);
    this.heldPatience = new Patience(task, config.limits().timeInBufferMs(), this::send);
  }

  /** Takes a write, waiting while there is no room for it. */
  void add(ItemWrite write) throws InterruptedException {
    if (joins(write)) {
      return;
    }
    if (isFull()) {
      long since = task.now();
      metrics.backpressured(true);
      drainUntil(() -> !isFull());
      metrics.backpressured(false);
      metrics.backpressuredMs.inc(task.now() - since);
    }
    restore(write);
  }

  /** Takes a write of a checkpoint, however many there are. */
  void restore(ItemWrite write) {
    if (!joins(write)) {
      pending.add(write);
      send();
    }
  }

  private boolean joins(ItemWrite write) {
    boolean joins = pending.coalesce(write);
    if (joins) {
      metrics.coalesced.inc();
    }
    return joins;
  }

  private boolean isFull() {
    int hold = share.itemsToHold();
    // A request that failed now and then must not stop the others; a table that is away must.
    int paused = Math.min(hold, retries.paused());
    return pending.size() >= config.limits().bufferedItems()
        || pending.bytes() >= config.limits().bufferedBytes()
        || pending.size() - pending.lanes().waiting() - paused >= hold;
  }

  /** Waits until the table has everything. */
  void drain() throws InterruptedException {
    drainUntil(pending::isEmpty);
  }

  /**
   * Waits until the table has everything, but not for what it holds back.
   *
   * @param heldMs how long for that, at the most
   * @param allMs how long in all, at the most
   */
  void drain(long heldMs, long allMs) throws InterruptedException {
    if (pending.isEmpty()) {
      return;
    }
    long start = task.now();
    task.after(heldMs, () -> {}); // each ends the wait below
    task.after(allMs, () -> {});
    drainUntil(
        () ->
            pending.isEmpty()
                || task.now() - start >= allMs
                || (task.now() - start >= heldMs && inFlight == 0 && pending.fresh() == 0));
  }

  private void drainUntil(BooleanSupplier enough) throws InterruptedException {
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
  List<ItemWrite> notYetWritten() {
    return pending.all();
  }

  void close() {
    closed = true;
    retries.close();
    watch.close();
    share.leave();
  }

  /** Opens every request that may go now. */
  private void send() {
    if (closed) {
      return;
    }
    while (isAnyToGo() && inFlight < share.requestsAllowed()) {
      long delay = share.delay(task.now());
      if (delay > 0) {
        waitForPace(delay);
        break;
      }
      List<Pending> writes = next();
      if (!writes.isEmpty()) {
        request(writes);
      }
    }
    freshPatience.waits(pending.fresh() > 0);
    heldPatience.waits(pending.lanes().due() > 0);
  }

  private boolean isAnyToGo() {
    return outcomes.isAnySuspect() || isHeldToGo() || isFreshToGo();
  }

  private boolean isHeldToGo() {
    return isToGo(pending.lanes().due(), heldPatience);
  }

  private boolean isFreshToGo() {
    return isToGo(pending.fresh(), freshPatience);
  }

  private boolean isToGo(int ready, Patience patience) {
    return ready > 0
        && (ready >= config.itemsPerRequest() || inFlight == 0 || draining || patience.isOver());
  }

  /**
   * What was held back goes first: it is older, and its partitions say how much of it. By itself,
   * if it fills a request, so that DynamoDB says why when it refuses all of it; else with others.
   */
  private List<Pending> next() {
    if (outcomes.isAnySuspect()) {
      return List.of(outcomes.nextSuspect());
    }
    List<Pending> writes = new ArrayList<>(config.itemsPerRequest());
    if (isHeldToGo()) {
      heldPatience.begin();
      pending.takeHeld(config.itemsPerRequest(), REQUEST_BYTES, share.unitsPerRequest(), writes);
    }
    int held = writes.size();
    pending.takeFresh(config.itemsPerRequest(), REQUEST_BYTES, share.unitsPerRequest(), writes);
    if (writes.size() > held) {
      freshPatience.begin();
    }
    return writes;
  }

  private void waitForPace(long delay) {
    if (!paceTimerSet) {
      paceTimerSet = true;
      task.after(
          delay,
          () -> {
            paceTimerSet = false;
            send();
          });
    }
    watch.lookIfDue();
  }

  private void request(List<Pending> pendings) {
    inFlight++;
    List<ItemWrite> writes = new ArrayList<>(pendings.size());
    long bytes = 0;
    int units = 0;
    for (Pending each : pendings) {
      writes.add(each.write());
      bytes += each.write().size();
      units += each.write().writeUnits();
    }
    metrics.sent(writes.size(), bytes);
    Request request = new Request(pendings, share.take(task.now(), units));
    long sentAt = task.nanos();
    client
        .write(writes)
        .whenComplete(
            (answer, failure) -> {
              long nanos = task.nanos() - sentAt;
              task.execute(() -> answered(request, nanos, answer, failure));
            });
    watch.lookIfDue();
  }

  private void answered(Request request, long nanos, Answer answer, Throwable failure) {
    if (closed) {
      return;
    }
    inFlight--;
    outcomes.of(request, nanos, answer, failure);
    send();
  }

  int inFlight() {
    return inFlight;
  }

  int waiting() {
    return pending.size();
  }

  /** Items that failed at least once. */
  int retrying() {
    return retries.outstanding();
  }

  /** Items that wait for their partition. */
  int heldBack() {
    return pending.lanes().waiting();
  }

  /** Partition keys that are held back. */
  int hotPartitionKeys() {
    return pending.lanes().count();
  }

  int inFlightAllowed() {
    return share.requestsAllowed();
  }

  /** The pace of this process, or -1 while it goes as fast as it can. */
  long writeUnitsPerSecond() {
    return share.unitsPerSecond();
  }
}
