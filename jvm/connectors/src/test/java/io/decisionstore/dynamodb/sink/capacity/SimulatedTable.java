package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import io.decisionstore.dynamodb.sink.client.TableClient.Consumed;
import io.decisionstore.dynamodb.sink.client.TableDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A table that takes what its capacity allows, a second of it at once, and refuses the rest item by
 * item; each partition as well.
 */
final class SimulatedTable {
  /** An item's write. */
  record Item(int units, int key) {}

  /** The answer; the kind is null unless nothing was taken. */
  record Reply(List<Item> refused, Kind kind, Consumed consumed) {}

  /** Counted since the start. */
  record Counts(double taken, double index, long sent, long refused, double time) {
    Counts since(Counts before) {
      return new Counts(
          taken - before.taken,
          index - before.index,
          sent - before.sent,
          refused - before.refused,
          time - before.time);
    }

    double takenPerSecond() {
      return taken * 1000 / time;
    }

    double refusedShare() {
      return sent == 0 ? 0 : (double) refused / sent;
    }
  }

  private static final class Units {
    private double left;
    private double filledUntil;
    private double perSecond;

    Units(double perSecond, double now) {
      this.perSecond = perSecond;
      this.left = perSecond;
      this.filledUntil = now;
    }

    void fill(double now) {
      left = Math.min(perSecond, left + (now - filledUntil) * perSecond / 1000);
      filledUntil = now;
    }
  }

  private final VirtualTime time;
  private final Random random;
  private final Units table;
  private Units index;
  private int partitionCount = 1;
  private double partitionUnits = 1e12;
  private final Map<Integer, Units> partitions = new HashMap<>();
  private double price = 1;
  private double indexPrice;
  private double faulty;
  private double warm;
  boolean provisioned = true;
  boolean saysPartition;
  boolean tellsMaximum = true;
  boolean forbidden;
  int describes;
  private double taken;
  private double indexTaken;
  private long sent;
  private long refusedItems;

  SimulatedTable(VirtualTime time, Random random, double units) {
    this.time = time;
    this.random = random;
    this.table = new Units(units, time.exactly());
  }

  void capacity(double units) {
    table.fill(time.exactly());
    table.perSecond = units;
    table.left = Math.min(table.left, units);
  }

  double capacity() {
    return table.perSecond;
  }

  void index(double units, double unitsOfItem) {
    index = new Units(units, time.exactly());
    indexPrice = unitsOfItem;
  }

  void price(double unitsOfItem) {
    price = unitsOfItem;
  }

  /** The share of items that comes back whatever the pace. */
  void faulty(double share) {
    faulty = share;
  }

  void partitions(int count, double unitsOfEach) {
    partitionCount = count;
    partitionUnits = unitsOfEach;
    saysPartition = true;
  }

  void warm(double units) {
    warm = units;
  }

  Reply write(List<Item> items) {
    double now = time.exactly();
    table.fill(now);
    double cost = 0;
    double indexCost = 0;
    boolean byPartition = false;
    boolean byTable = false;
    List<Item> refused = new ArrayList<>();
    for (Item item : items) {
      double units = item.units() * price;
      double indexUnits = item.units() * indexPrice;
      Units partition =
          partitions.computeIfAbsent(
              item.key() % partitionCount, unused -> new Units(partitionUnits, now));
      partition.fill(now);
      boolean indexFull = false;
      if (index != null) {
        index.fill(now);
        indexFull = index.left < indexUnits;
      }
      sent++;
      boolean partitionFull = partition.left < units;
      if (partitionFull
          || table.left < Math.min(units, table.perSecond)
          || indexFull
          || random.nextDouble() < faulty) {
        byPartition |= partitionFull;
        byTable |= !partitionFull;
        refused.add(item);
        refusedItems++;
        continue;
      }
      table.left -= units;
      partition.left -= units;
      cost += units;
      if (index != null) {
        index.left -= indexUnits;
        indexCost += indexUnits;
      }
    }
    taken += cost;
    indexTaken += indexCost;
    Kind kind =
        refused.size() < items.size()
            ? null
            : byPartition && !byTable
                ? Kind.PARTITION_THROTTLED
                : saysPartition ? Kind.TABLE_THROTTLED : Kind.THROTTLED;
    return new Reply(
        refused, kind, new Consumed(cost, index == null ? Map.of() : Map.of("by_day", indexCost)));
  }

  TableDescription describe() {
    describes++;
    return new TableDescription(
        "ACTIVE",
        List.of(),
        provisioned,
        provisioned || tellsMaximum ? table.perSecond : 0,
        warm,
        index == null ? Map.of() : Map.of("by_day", index.perSecond));
  }

  Counts counts() {
    return new Counts(taken, indexTaken, sent, refusedItems, time.exactly());
  }
}
