package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.sink.capacity.CapacityState.Mode;
import io.decisionstore.dynamodb.sink.client.Refusal;
import io.decisionstore.dynamodb.sink.client.TableClient.Consumed;
import io.decisionstore.dynamodb.sink.client.TableDescription;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process may write of a table, shared by all its writers. Nothing in it waits or has a
 * thread: writers ask and tell. One lock for all, since a call takes a microsecond.
 */
public final class TableBudget {
  private static final Logger LOG = LoggerFactory.getLogger(TableBudget.class);

  private static final long RECENTLY_MS = 5_000;
  private static final long HELD_BACK_MS = 1_000;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private record Key(String endpointUrl, String region, String table, double fixed) {}

  private static final Map<Key, TableBudget> BUDGETS = new HashMap<>();

  private final Object lock = new Object();
  private final List<WriterShare> writers = new ArrayList<>();
  private final FairShares shares = new FairShares();
  private final UnitPrices prices = new UnitPrices();
  private final Pace pace;
  private final DescribeSchedule schedule;
  private final String where;
  private final double fixed;
  private TableCapacity table = TableCapacity.UNKNOWN;
  private long heldBackAt = NEVER;
  private long refusedAt = NEVER;
  private long latest = NEVER;
  private boolean saidThrottled;

  TableBudget(SinkConfig config, RandomGenerator random) {
    this.where = config.where();
    this.fixed = config.capacity().fixedWriteUnits();
    this.pace = new Pace(random);
    this.schedule = new DescribeSchedule(random);
  }

  /**
   * A writer's share in its process's budget of the table; until {@link CapacityShare#leave}.
   *
   * @param subtasksOfJob all of this sink, here and elsewhere
   * @param random spreads the asking of several processes
   */
  public static CapacityShare join(SinkConfig config, int subtasksOfJob, RandomGenerator random) {
    Key key =
        new Key(
            config.endpointUrl(),
            config.region(),
            config.table(),
            config.capacity().fixedWriteUnits());
    synchronized (BUDGETS) {
      return BUDGETS
          .computeIfAbsent(key, unused -> new TableBudget(config, random))
          .join(
              config,
              subtasksOfJob,
              budget -> {
                synchronized (BUDGETS) {
                  if (budget.isEmpty()) {
                    BUDGETS.remove(key, budget);
                  }
                }
              });
    }
  }

  WriterShare join(SinkConfig config, int subtasksOfJob, Consumer<TableBudget> whenLeft) {
    synchronized (lock) {
      WriterShare writer =
          new WriterShare(this, config, 1.0 / Math.max(1, subtasksOfJob), shares.join(), whenLeft);
      writers.add(writer);
      bound();
      if (!isFixed() && table.mode() == Mode.UNKNOWN && !pace.isMeasured()) {
        pace.restart(NEVER, table.warmUnits() * part());
      }
      return writer;
    }
  }

  private boolean isEmpty() {
    synchronized (lock) {
      return writers.isEmpty();
    }
  }

  void leave(WriterShare writer) {
    synchronized (lock) {
      writers.remove(writer);
      shares.leave(writer.bucket());
      schedule.left(writer);
      bound();
    }
  }

  /** Of all subtasks' budget, what is this process's. */
  private double part() {
    double part = 0;
    for (WriterShare writer : writers) {
      part += writer.part();
    }
    return Math.min(1, part);
  }

  /** Of a table that says its capacity. */
  private double targetShare() {
    double share = 1;
    for (WriterShare writer : writers) {
      share = Math.min(share, writer.targetShare());
    }
    return share;
  }

  private void bound() {
    if (isFixed()) {
      pace.bound(fixed * part(), 1);
    } else {
      pace.bound(ceiling(), part());
    }
  }

  private boolean isFixed() {
    return fixed > 0;
  }

  /** Table units a second for all subtasks; infinite if nobody says a number. */
  private double ceiling() {
    return isFixed() ? fixed : table.ceiling(prices) * targetShare();
  }

  long delay(WriterShare writer, long now) {
    synchronized (lock) {
      latest = now;
      long delay = shares.delay(writer.bucket(), now, pace.unitsPerSecond());
      if (delay > 0) {
        heldBackAt = now;
        pace.heldBack();
      }
      return delay;
    }
  }

  /** Table units that are charged. */
  double take(WriterShare writer, long now, int units) {
    synchronized (lock) {
      shares.fill(now, pace.unitsPerSecond());
      double charged = prices.predict(units);
      writer.bucket().charge(charged);
      return charged;
    }
  }

  /** Whether refusals are a reason for fewer open requests. */
  boolean answered(
      WriterShare writer,
      long now,
      long sentAt,
      double charged,
      Consumed consumed,
      int taken,
      int refused) {
    synchronized (lock) {
      latest = now;
      prices.learn(consumed, taken);
      double cost = consumed == null ? prices.predict(taken) : consumed.table();
      double notTaken = prices.predict(refused);
      // What is refused stays charged, unless it is borne: a table that refuses must not be asked
      // more for it.
      double borne = pace.bear(now, cost, notTaken);
      writer.bucket().charge(cost + notTaken - borne - charged);
      boolean bears = refused == 0 || pace.bears(now);
      if (refused > 0) {
        refusedAt = now;
      }
      bound();
      if (pace.answered(now, sentAt, cost, notTaken)) {
        schedule.cut(now);
        sayThrottled();
      }
      return bears;
    }
  }

  /** Nothing was written for these table units. */
  void giveBack(WriterShare writer, double charged) {
    synchronized (lock) {
      writer.bucket().charge(-charged);
    }
  }

  void refusedFor(long now, Refusal.Kind kind) {
    synchronized (lock) {
      pace.refused(now, kind);
    }
  }

  private void sayThrottled() {
    if (table.mode() == Mode.ON_DEMAND && Double.isInfinite(ceiling()) && !saidThrottled) {
      saidThrottled = true;
      LOG.info(
          "The on-demand table {} throttles: this process goes on with the {} write units a second that it takes, and tries more again and again. An on-demand table grows to twice its earlier peak within 30 minutes; to have more at once, raise its warm throughput before the load comes.",
          where,
          Math.round(pace.unitsPerSecond()));
    }
  }

  boolean isToDescribe(WriterShare writer, long now) {
    synchronized (lock) {
      return !isFixed()
          && schedule.isDue(
              writer, now, now - heldBackAt < RECENTLY_MS || now - refusedAt < RECENTLY_MS);
    }
  }

  void described(long now, TableDescription description) {
    synchronized (lock) {
      schedule.answered();
      if (isFixed()) {
        return;
      }
      final TableCapacity before = table;
      final double ceilingBefore = ceiling();
      table = TableCapacity.of(description);
      bound();
      double ceiling = ceiling();
      boolean isOpen = Double.isInfinite(ceiling);
      if (table.mode() != before.mode() || isOpen != Double.isInfinite(ceilingBefore)) {
        pace.restart(now, isOpen ? table.warmUnits() * part() : ceiling * part());
      } else if (isOpen) {
        // What a table says it is warm for does not outweigh what it was seen to take.
        if (table.warmUnits() > before.warmUnits() || !pace.isMeasured()) {
          pace.raiseTo(now, table.warmUnits() * part());
        }
      } else if (Math.abs(ceiling / ceilingBefore - 1) > 0.001) {
        pace.scale(now, ceiling / ceilingBefore);
      }
    }
  }

  void notDescribed(long now, boolean forbidden) {
    synchronized (lock) {
      schedule.failed(now, forbidden);
    }
  }

  private boolean isHeldBack() {
    return heldBackAt != NEVER && latest - heldBackAt < HELD_BACK_MS;
  }

  /** Table units a second, or -1 while no writer waits and nobody says a number. */
  long unitsPerSecond() {
    synchronized (lock) {
      boolean free = Double.isInfinite(ceiling()) && !pace.isMeasured() && !isHeldBack();
      return free ? -1 : Math.round(pace.unitsPerSecond());
    }
  }

  /** Of this writer, by size, as far as the others want theirs. */
  double sizeUnitsPerSecond(WriterShare writer) {
    synchronized (lock) {
      return unitsPerSecond() < 0
          ? Double.POSITIVE_INFINITY
          : shares.part(writer.bucket(), latest, pace.unitsPerSecond()) / prices.table();
    }
  }

  CapacityState state() {
    synchronized (lock) {
      double ceiling = ceiling();
      return new CapacityState(
          isFixed() ? Mode.FIXED : table.mode(),
          Double.isInfinite(ceiling) ? 0 : ceiling,
          unitsPerSecond(),
          isHeldBack(),
          pace.tolerated(latest));
    }
  }
}
