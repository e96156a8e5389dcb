package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.ItemWrites;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The writes DynamoDB does not have yet. Of each key at most one is underway, so writes of a key
 * cannot overtake each other, and a later one joins one that waits.
 *
 * <p>What may go waits in one queue, in order of arrival; only writes of partition keys that are
 * held back wait in a {@link Lane} each.
 */
final class PendingWrites {
  private final WriteMode mode;
  private final Map<ItemKey, Pending> heads = new HashMap<>();
  private final Deque<Pending> fresh = new ArrayDeque<>();
  private final Lanes lanes = new Lanes();
  private int size;
  private long bytes;

  PendingWrites(WriteMode mode) {
    this.mode = mode;
  }

  /**
   * Joins a write to one that waits for the same key, or sees that a newer one is underway.
   *
   * @return false if it must be {@link #add added}
   */
  boolean coalesce(ItemWrite write) {
    Pending head = heads.get(write.key());
    if (head == null) {
      return false;
    }
    Pending last = head.last();
    ItemWrite merged = mayTakeIn(last) ? ItemWrites.merge(mode, last.write(), write) : null;
    if (merged == null || (last.isUnderway() && merged != last.write())) {
      return false;
    }
    replace(last, merged);
    return true;
  }

  /** Takes a write in; {@link #coalesce} was false. */
  void add(ItemWrite write) {
    Pending pending = new Pending(write);
    size++;
    bytes += write.size();
    Pending head = heads.putIfAbsent(write.key(), pending);
    if (head == null) {
      ready(pending, false);
    } else {
      head.append(pending);
    }
  }

  // Adding a number twice is not adding it once: such a write goes again just as it was.
  private static boolean mayTakeIn(Pending earlier) {
    return !earlier.mayBeWritten()
        || !(earlier.write() instanceof ItemWrite.Update update && !update.add().isEmpty());
  }

  private void replace(Pending pending, ItemWrite write) {
    bytes += write.size() - pending.write().size();
    pending.becomes(write);
  }

  private void ready(Pending head, boolean first) {
    Lane lane = lanes.of(head.key().partition());
    if (lane != null) {
      lanes.add(lane, head, first);
    } else if (first) {
      fresh.addFirst(head);
    } else {
      fresh.addLast(head);
    }
  }

  /**
   * Fills a request with writes of different keys that are not held back, now underway; the first
   * whatever its size.
   *
   * @param most writes of the whole request, as the other limits are
   * @param mostUnits write units by size
   */
  void takeFresh(int most, long mostBytes, int mostUnits, List<Pending> request) {
    long size = 0;
    long units = 0;
    for (Pending each : request) {
      size += each.write().size();
      units += each.write().writeUnits();
    }
    while (request.size() < most && !fresh.isEmpty()) {
      Pending next = fresh.peekFirst();
      Lane lane = lanes.of(next.key().partition());
      if (lane != null) {
        lanes.add(lane, fresh.pollFirst(), false);
        continue;
      }
      size += next.write().size();
      units += next.write().writeUnits();
      if ((size > mostBytes || units > mostUnits) && !request.isEmpty()) {
        break;
      }
      next.sent(null);
      request.add(fresh.pollFirst());
    }
  }

  /** As {@link #takeFresh}, with writes that were held back and may go now. */
  void takeHeld(int most, long mostBytes, int mostUnits, List<Pending> request) {
    lanes.take(most, mostBytes, mostUnits, request);
  }

  /** The table has it, or never will; the next of its key may go. */
  void settled(Pending head) {
    leaveLane(head);
    size--;
    bytes -= head.write().size();
    Pending next = head.successor();
    if (next == null) {
      heads.remove(head.key());
    } else {
      heads.put(next.key(), next);
      ready(next, false);
    }
  }

  /**
   * It was not taken, and is to be tried again, before all others.
   *
   * @param perhapsWritten whether it may have been taken all the same
   * @return whether the next of its key takes it in, so that it need not be written itself
   */
  boolean again(Pending head, boolean perhapsWritten) {
    leaveLane(head);
    head.cameBack(perhapsWritten);
    Pending next = head.next();
    ItemWrite merged =
        next == null || !mayTakeIn(head)
            ? null
            : ItemWrites.merge(mode, head.write(), next.write());
    if (merged == null) {
      ready(head, true);
      return false;
    }
    size--;
    bytes -= head.write().size();
    head.successor();
    next.takesIn(head);
    replace(next, merged);
    heads.put(next.key(), next);
    ready(next, true);
    return true;
  }

  private void leaveLane(Pending head) {
    if (head.lane() != null) {
      lanes.returned(head.lane());
    }
  }

  /** The lanes of partition keys that are held back. */
  Lanes lanes() {
    return lanes;
  }

  /** Writes that may go and are not held back. */
  int fresh() {
    return fresh.size();
  }

  int size() {
    return size;
  }

  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** All of them, those of a key in their order. */
  List<ItemWrite> all() {
    List<ItemWrite> writes = new ArrayList<>(size);
    for (Pending head : heads.values()) {
      for (Pending each = head; each != null; each = each.next()) {
        writes.add(each.write());
      }
    }
    return writes;
  }
}
