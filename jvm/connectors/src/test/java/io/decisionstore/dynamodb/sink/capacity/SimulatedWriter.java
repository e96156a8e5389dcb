package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.sink.capacity.SimulatedTable.Item;
import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** What the sink's writer does with its share, in short. */
final class SimulatedWriter {
  /** An item and how often it was refused. */
  private record Waiting(Item item, int attempts) {}

  private static final int BUFFER = 1_000;
  private static final long HOT_MS = 1_000;

  private final VirtualTime time;
  private final Random random;
  private final SimulatedTable table;
  private final int batch;
  final WriterShare share;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Map<Integer, Long> hotUntil = new HashMap<>();
  private final Supplier<Item> items;
  private double load;
  private double due;
  private int backingOff;
  private boolean timerSet;
  private boolean overdueTimer;
  private boolean overdue;
  private boolean closed;
  double latency = 5;
  // Requests beyond this wait for each other.
  int serverThreads = Integer.MAX_VALUE;
  int open;
  int requests;
  double taken;

  SimulatedWriter(
      VirtualTime time,
      Random random,
      SimulatedTable table,
      WriterShare share,
      int batch,
      Supplier<Item> items) {
    this.time = time;
    this.random = random;
    this.table = table;
    this.share = share;
    this.batch = batch;
    this.items = items;
    arrive();
  }

  /** Items a second that are offered to it. */
  void load(double perSecond) {
    load = perSecond;
  }

  void close() {
    closed = true;
    share.leave();
  }

  int waiting() {
    return waiting.size() + backingOff;
  }

  private void arrive() {
    if (closed) {
      return;
    }
    describe();
    due = Math.min(BUFFER, due + load / 100);
    while (due >= 1 && waiting.size() + backingOff < BUFFER) {
      due--;
      waiting.add(new Waiting(items.get(), 0));
    }
    send();
    time.after(10, this::arrive);
  }

  private void describe() {
    if (share.isToDescribe(time.now())) {
      if (table.forbidden) {
        time.after(20, () -> share.notDescribed(time.now(), true));
      } else {
        time.after(20, () -> share.described(time.now(), table.describe()));
      }
    }
  }

  private void send() {
    while (!closed
        && open < share.requestsAllowed()
        && !waiting.isEmpty()
        && (waiting.size() >= batch || open == 0 || overdue)) {
      long delay = share.delay(time.now());
      if (delay > 0) {
        if (!timerSet) {
          timerSet = true;
          time.timer(
              delay,
              () -> {
                timerSet = false;
                send();
              });
        }
        return;
      }
      request();
    }
    if (waiting.isEmpty()) {
      overdue = false;
    } else if (!overdue && !overdueTimer) {
      overdueTimer = true;
      time.timer(
          5,
          () -> {
            overdueTimer = false;
            overdue = true;
            send();
          });
    }
  }

  private void request() {
    List<Waiting> sent = new ArrayList<>();
    int units = 0;
    int most = share.unitsPerRequest();
    while (!waiting.isEmpty()
        && sent.size() < batch
        && (sent.isEmpty() || units + waiting.peek().item().units() <= most)) {
      Waiting next = waiting.poll();
      sent.add(next);
      units += next.item().units();
    }
    open++;
    requests++;
    final int size = units;
    final CapacityShare.Permit permit = share.take(time.now(), units);
    double queue = Math.max(0, open - serverThreads) * latency / serverThreads;
    double trip = latency + queue + random.nextDouble() * 2;
    time.after(
        trip / 2,
        () -> {
          SimulatedTable.Reply reply = table.write(sent.stream().map(Waiting::item).toList());
          time.after(trip / 2, () -> answered(permit, sent, size, reply, (long) (trip * 1e6)));
        });
  }

  private void answered(
      CapacityShare.Permit permit,
      List<Waiting> sent,
      int size,
      SimulatedTable.Reply reply,
      long nanos) {
    open--;
    if (closed) {
      return;
    }
    int left = 0;
    int newlyLeft = 0;
    List<Item> rest = new ArrayList<>(reply.refused());
    for (Waiting each : sent) {
      if (rest.remove(each.item())) {
        left += each.item().units();
        newlyLeft += isHot(each.item()) ? 0 : each.item().units();
        if (reply.kind() == Kind.PARTITION_THROTTLED) {
          hotUntil.put(each.item().key(), time.now() + HOT_MS);
        }
        again(each);
      }
    }
    taken += size - left;
    if (reply.kind() != null) {
      share.throttled(permit, time.now(), reply.kind(), newlyLeft);
    } else {
      share.answered(permit, time.now(), nanos, reply.consumed(), size - left, newlyLeft);
    }
    send();
  }

  private boolean isHot(Item item) {
    return hotUntil.getOrDefault(item.key(), 0L) > time.now();
  }

  private void again(Waiting refused) {
    backingOff++;
    double wait = 25 * Math.pow(2, Math.min(6, refused.attempts())) * (0.5 + random.nextDouble());
    time.after(
        wait,
        () -> {
          backingOff--;
          waiting.addFirst(new Waiting(refused.item(), refused.attempts() + 1));
          send();
        });
  }
}
