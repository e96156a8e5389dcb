package io.decisionstore.operators.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * What a {@link Ranked} has laid in the overflow: how much, of which hops, and how to get it back.
 *
 * <p>With a window entries stay there after their end until it is worth to look through all of
 * them. Without one they are looked through once a retention for those that can go.
 */
final class RankedOverflow {
  /** So few expired entries may lie there before they are looked for. */
  private static final int STALE = 16;

  private static final long WINDOWED = -1;

  private long live; // not expired
  private long stale; // expired
  private HopCounts hops = new HopCounts(); // of the live ones
  private long swept = WINDOWED; // without a window: the day when it was empty or looked through

  /** How many count. */
  long live() {
    return live;
  }

  boolean isEmpty() {
    return live == 0 && stale == 0;
  }

  /** Lays an entry there that may be there. */
  void add(Definition definition, RankedEntry entry, long now, Overflow overflow) {
    byte[] key = entry.key();
    byte[] known = overflow.get(definition.id(), key);
    if (known == null) {
      lay(definition, entry, now, overflow);
      return;
    }
    RankedEntry laid = entry;
    if (RankedEntry.areNumbers(definition)) {
      laid = entry.counting(RankedEntry.of(definition, key, known).count() + 1);
    }
    overflow.put(definition.id(), key, laid.value());
  }

  /** Lays an entry there that is not there. */
  void lay(Definition definition, RankedEntry entry, long now, Overflow overflow) {
    if (live == 0 && definition.isRankedForEver()) {
      swept = Definition.day(now);
    }
    overflow.put(definition.id(), entry.key(), entry.value());
    counted(entry.bucket(), 1);
  }

  /** Takes back a decision, if it is there. */
  void takeBack(Definition definition, RankedEntry entry, Overflow overflow) {
    byte[] key = entry.key();
    byte[] laid = overflow.get(definition.id(), key);
    if (laid == null) {
      return; // it was not added
    }
    RankedEntry known = RankedEntry.of(definition, key, laid);
    if (known.count() > 1) {
      overflow.put(definition.id(), key, known.counting(known.count() - 1).value());
    } else {
      overflow.remove(definition.id(), key);
      counted(entry.bucket(), -1);
    }
  }

  private void counted(long bucket, long more) {
    live += more;
    hops.add(bucket, more);
  }

  /** Takes the best out, the best first; drops what has expired. */
  List<RankedEntry> takeBest(Definition definition, int number, long now, Overflow overflow) {
    List<RankedEntry> best =
        best(
            definition,
            number,
            entry -> definition.hops().end(entry.bucket()) <= now,
            entry -> true,
            overflow);
    stale = 0;
    for (RankedEntry entry : best) {
      overflow.remove(definition.id(), entry.key());
      counted(entry.bucket(), -1);
    }
    return best;
  }

  /** The best of some; drops others. */
  private static List<RankedEntry> best(
      Definition definition,
      int number,
      Predicate<RankedEntry> isDropped,
      Predicate<RankedEntry> isWanted,
      Overflow overflow) {
    PriorityQueue<RankedEntry> best =
        new PriorityQueue<>((one, other) -> other.compare(definition, one)); // the worst first
    overflow.removeIf(
        definition.id(),
        (key, value) -> {
          RankedEntry entry = RankedEntry.of(definition, key, value);
          if (isDropped.test(entry)) {
            return true;
          }
          if (isWanted.test(entry)) {
            best.add(entry);
            if (best.size() > number) {
              best.poll();
            }
          }
          return false;
        });
    List<RankedEntry> sorted = new ArrayList<>(best);
    sorted.sort((one, other) -> one.compare(definition, other));
    return sorted;
  }

  /** Hops end; what they had stays for now. */
  void expire(Definition definition, long now) {
    long ended = hops.end(definition.hops(), now);
    live -= ended;
    stale += ended;
  }

  /** Looks for what has expired, once it is worth it; at once if nothing else is kept. */
  void dropExpired(Definition definition, boolean isLast, long now, Overflow overflow) {
    boolean isMuch = stale >= STALE && stale >= live;
    if (isMuch || isLast && stale > 0 && live == 0) {
      overflow.removeIf(
          definition.id(),
          (key, value) ->
              definition.hops().end(RankedEntry.of(definition, key, value).bucket()) <= now);
      stale = 0;
    }
  }

  /**
   * Without a window: drops what stands behind so many settled ones. Looks for it only when all
   * that was there the last time has settled since.
   */
  void dropBehindSettled(Definition definition, int number, long now, Overflow overflow) {
    long settled = definition.settledDay(now);
    if (live == 0 || swept > settled) {
      return;
    }
    List<RankedEntry> best =
        best(definition, number, entry -> false, entry -> entry.came() <= settled, overflow);
    if (best.size() == number) {
      RankedEntry last = best.get(number - 1);
      drop(definition, entry -> last.compare(definition, entry) < 0, overflow);
    }
    swept = Definition.day(now);
  }

  /** Without a window: drops all. */
  void clear(Definition definition, Overflow overflow) {
    if (live > 0) {
      drop(definition, entry -> true, overflow);
    }
  }

  private void drop(Definition definition, Predicate<RankedEntry> isDropped, Overflow overflow) {
    overflow.removeIf(
        definition.id(),
        (key, value) -> {
          RankedEntry entry = RankedEntry.of(definition, key, value);
          boolean drops = isDropped.test(entry);
          if (drops) {
            counted(entry.bucket(), -1);
          }
          return drops;
        });
  }

  /** The oldest hop; the largest long: none. */
  long firstHop() {
    return hops.first();
  }

  RankedOverflow copy() {
    RankedOverflow copy = new RankedOverflow();
    copy.live = live;
    copy.stale = stale;
    copy.hops = hops.copy();
    copy.swept = swept;
    return copy;
  }

  void write(ByteWriter out) {
    out.unsigned(live);
    if (live > 0) {
      hops.write(out);
      if (swept != WINDOWED) {
        out.unsigned(swept);
      }
    }
    out.unsigned(stale);
  }

  static RankedOverflow read(Definition definition, ByteReader in) {
    RankedOverflow read = new RankedOverflow();
    read.live = in.unsigned();
    if (read.live > 0) {
      read.hops = HopCounts.read(in);
      if (definition.isRankedForEver()) {
        read.swept = in.unsigned();
      }
    }
    read.stale = in.unsigned();
    return read;
  }
}
