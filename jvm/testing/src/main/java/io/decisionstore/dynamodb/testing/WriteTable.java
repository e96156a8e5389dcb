package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** A table that is written to. A write locks its own key, and for a moment the capacity. */
final class WriteTable {
  static final int UNIT_BYTES = 1_024;
  private static final int MOST_ITEM_BYTES = 400 * 1_024;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What became of a write; {@code throttle} is null unless it was refused for want of units. */
  record Outcome(
      Throttle throttle, boolean conditionFailed, byte[] old, byte[] now, int lackingIndex) {
    private static final Outcome DONE = new Outcome(null, false, null, null, -1);
  }

  private final String name;
  private final String arn;
  private final boolean storesItems;
  private final TableCapacity capacity;
  private final WriteTraffic traffic;
  private final Map<ItemKey, StoredItem> items = new ConcurrentHashMap<>();
  private final Map<String, String> poisonedKeys = new ConcurrentHashMap<>();
  private final Map<String, String> poisonedAttributes = new LinkedHashMap<>();
  private volatile TableSchema schema;
  private volatile double unprocessedShare;
  private Random random = new Random(0);

  WriteTable(
      String region,
      String name,
      TableSchema schema,
      TableCapacity capacity,
      boolean stores,
      long now) {
    this.name = name;
    this.arn = Stream.tableArn(region, name);
    this.schema = schema;
    this.capacity = capacity;
    this.storesItems = stores;
    this.traffic =
        new WriteTraffic(
            capacity.partitions(),
            schema.indexes().stream().map(TableSchema.Index::name).toList(),
            now);
  }

  String name() {
    return name;
  }

  String arn() {
    return arn;
  }

  TableSchema schema() {
    return schema;
  }

  TableCapacity capacity() {
    return capacity;
  }

  WriteTraffic traffic() {
    return traffic;
  }

  boolean storesItems() {
    return storesItems;
  }

  /** From now on this share of a batch's items comes back unprocessed. */
  synchronized void leaveUnprocessed(double share, long seed) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("A share is 0 to 1.");
    }
    random = new Random(seed);
    unprocessedShare = share;
  }

  /** Whether the script leaves the next item of a batch unprocessed. */
  boolean leavesNextUnprocessed() {
    if (unprocessedShare == 0) {
      return false;
    }
    synchronized (this) {
      return random.nextDouble() < unprocessedShare;
    }
  }

  void poisonKey(String partitionKey, String reason) {
    poisonedKeys.put(partitionKey, reason);
  }

  synchronized void poisonAttribute(String attribute, String reason) {
    poisonedAttributes.put(attribute, reason);
    schema = schema.watching(List.copyOf(poisonedAttributes.keySet()));
  }

  synchronized void cure() {
    poisonedKeys.clear();
    poisonedAttributes.clear();
    schema = schema.watching(List.of());
  }

  /** Refuses what the script has poisoned. */
  void check(ItemKey key, ItemScan item) {
    String reason = poisonedKeys.isEmpty() ? null : poisonedKeys.get(key.partitionText());
    int attribute = item == null ? -1 : item.poison();
    if (reason == null && attribute >= 0) {
      synchronized (this) {
        reason = List.copyOf(poisonedAttributes.values()).get(attribute);
      }
    }
    if (reason != null) {
      throw ServiceException.invalid("One or more parameter values were invalid: " + reason);
    }
  }

  /** What is kept under a key; made for a key that is new. */
  StoredItem stored(ItemKey key) {
    StoredItem found = items.get(key);
    return found == null ? items.computeIfAbsent(key, StoredItem::new) : found;
  }

  /** Its JSON, or null. */
  byte[] get(ItemKey key) {
    StoredItem found = items.get(key);
    if (found == null) {
      return null;
    }
    synchronized (found) {
      return found.json;
    }
  }

  int sizeOf(ItemKey key) {
    StoredItem found = items.get(key);
    if (found == null) {
      return 0;
    }
    synchronized (found) {
      return found.size;
    }
  }

  Collection<StoredItem> all() {
    return items.values();
  }

  /**
   * Carries a write out, if there are units for it.
   *
   * @param stored under the write's key
   * @param body that the write points into
   * @param now System.nanoTime()
   * @param micros of the epoch
   */
  Outcome write(
      Write write, StoredItem stored, byte[] body, long now, long micros, WriteTally tally) {
    synchronized (stored) {
      boolean holds = write.condition() == null || holds(write.condition(), stored);
      byte[] json = holds && write.update() != null ? updated(write, stored) : null;
      ItemScan item = json == null ? write.put() : new ItemScan(schema, new JsonCursor(json));
      int size = item == null ? 0 : checkedSize(item, json != null);
      int indexes = item == null ? 0 : item.indexes();
      double units = units(Math.max(stored.size, size));
      int partition = write.key().partitionOf(capacity.partitions());
      int touched = holds ? indexes | stored.indexes : 0;
      Throttle throttle = capacity.take(partition, touched, units, now);
      if (throttle != null) {
        tally.refused++;
        int lacking = throttle == Throttle.INDEX ? capacity.lackingIndex(touched, units) : -1;
        return new Outcome(throttle, false, null, null, lacking);
      }
      byte[] old = stored.json;
      if (!holds) {
        tally.conditionalFailures++;
        tally.spend(units);
        return new Outcome(null, true, old, null, -1);
      }
      for (int i = 0; touched >> i != 0; i++) {
        tally.indexUnits[i] += (touched >> i & 1) * units;
      }
      long createdAt = item == null ? -1 : item.createdAt();
      tally.accept(partition, units, createdAt < 0 ? -1 : Math.max(0, micros - createdAt));
      if (item == null) {
        stored.remove();
        return old == null ? Outcome.DONE : new Outcome(null, false, old, null, -1);
      }
      compare(item.version(), stored, tally);
      stored.present = true;
      stored.version = item.version();
      stored.indexes = storesItems ? indexes : 0;
      stored.size = storesItems ? size : 0;
      if (storesItems) {
        stored.json = json == null ? Arrays.copyOfRange(body, item.from(), item.to()) : json;
      }
      return new Outcome(null, false, old, stored.json, -1);
    }
  }

  static double units(int bytes) {
    return Math.max(1, (bytes + UNIT_BYTES - 1) / UNIT_BYTES);
  }

  static int checkedSize(ItemScan item, boolean updated) {
    if (item.size() > MOST_ITEM_BYTES) {
      throw ServiceException.invalid(
          updated
              ? "Item size to update has exceeded the maximum allowed size"
              : "Item size has exceeded the maximum allowed size");
    }
    return item.size();
  }

  private static void compare(BigDecimal version, StoredItem stored, WriteTally tally) {
    if (stored.present && version != null && stored.version != null) {
      int order = version.compareTo(stored.version);
      tally.duplicates += order == 0 ? 1 : 0;
      tally.stale += order < 0 ? 1 : 0;
    }
  }

  private boolean holds(Condition condition, StoredItem stored) {
    return storesItems
        ? condition.holds(stored.present ? tree(stored.json) : null)
        : condition.holds(stored.present, stored.version, schema);
  }

  /** An update of a table that stores no items is of an item with nothing but its key. */
  private byte[] updated(Write write, StoredItem stored) {
    ObjectNode item = tree(stored.json == null ? write.keyJson() : stored.json);
    write.update().apply(item);
    return item.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode tree(byte[] json) {
    try {
      JsonNode tree = JSON.readTree(json);
      return (ObjectNode) tree;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
