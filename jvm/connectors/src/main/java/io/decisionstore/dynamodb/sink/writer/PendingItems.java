package io.decisionstore.dynamodb.sink.writer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The items DynamoDB does not have yet. Of each key at most one is underway and at most one waits:
 * so writes of a key cannot overtake each other, and a later one takes the place of one that waits.
 */
final class PendingItems {

  /** A write from its arrival until the table has it; its item changes while it waits. */
  static final class Write {
    private Item item;
    private int attempts;

    private Write(Item item) {
      this.item = item;
    }

    Item item() {
      return item;
    }

    /** Attempts that failed, also of items whose place this one took. */
    int attempts() {
      return attempts;
    }

    void failed() {
      attempts++;
    }
  }

  private final boolean newestVersionWins;
  // What may go now, in order of arrival.
  private final LinkedHashMap<ItemKey, Write> ready = new LinkedHashMap<>();
  // In a request, or waiting to be tried again.
  private final Map<ItemKey, Write> underway = new HashMap<>();
  // Behind one underway of the same key.
  private final LinkedHashMap<ItemKey, Write> behind = new LinkedHashMap<>();
  private long bytes;

  PendingItems(boolean newestVersionWins) {
    this.newestVersionWins = newestVersionWins;
  }

  int size() {
    return ready.size() + underway.size() + behind.size();
  }

  long bytes() {
    return bytes;
  }

  int ready() {
    return ready.size();
  }

  boolean isEmpty() {
    return size() == 0;
  }

  /** Whether an item of this key would take the place of another. */
  boolean waits(ItemKey key) {
    return ready.containsKey(key) || behind.containsKey(key);
  }

  /**
   * Takes an item in.
   *
   * @return whether it made a write needless: that of the item whose place it took, or its own,
   *     since a newer version is here
   */
  boolean add(Item item) {
    Write waiting = ready.getOrDefault(item.key(), behind.get(item.key()));
    if (waiting != null) {
      if (supersedes(item, waiting.item)) {
        bytes += item.size() - waiting.item.size();
        waiting.item = item;
      }
      return true;
    }
    Write ahead = underway.get(item.key());
    if (ahead != null && !supersedes(item, ahead.item)) {
      return true;
    }
    (ahead == null ? ready : behind).put(item.key(), new Write(item));
    bytes += item.size();
    return false;
  }

  private boolean supersedes(Item later, Item earlier) {
    return !newestVersionWins || later.version() > earlier.version();
  }

  /** Writes of different keys, now underway; at least one if any is ready. */
  List<Write> take(int maxItems, long maxBytes) {
    List<Write> taken = new ArrayList<>(Math.min(maxItems, ready.size()));
    long size = 0;
    Iterator<Write> writes = ready.values().iterator();
    while (writes.hasNext() && taken.size() < maxItems) {
      Write write = writes.next();
      size += write.item.size();
      if (size > maxBytes && !taken.isEmpty()) {
        break;
      }
      writes.remove();
      underway.put(write.item.key(), write);
      taken.add(write);
    }
    return taken;
  }

  /** The table has it; one behind it may go. */
  void accepted(Write write) {
    leave(write);
    Write next = behind.remove(write.item.key());
    if (next != null) {
      ready.put(next.item.key(), next);
    }
  }

  /**
   * It was not taken and may be tried again.
   *
   * @return whether one behind it goes in its place, so that it need not be written at all
   */
  boolean again(Write write) {
    Write next = behind.remove(write.item.key());
    if (next == null) {
      underway.remove(write.item.key());
      ready.put(write.item.key(), write);
      return false;
    }
    leave(write);
    next.attempts = write.attempts;
    ready.put(next.item.key(), next);
    return true;
  }

  private void leave(Write write) {
    underway.remove(write.item.key());
    bytes -= write.item.size();
  }

  /** All of them, those of a key in their order. */
  List<Item> all() {
    List<Item> items = new ArrayList<>(size());
    underway.values().forEach(write -> items.add(write.item));
    ready.values().forEach(write -> items.add(write.item));
    behind.values().forEach(write -> items.add(write.item));
    return items;
  }
}
