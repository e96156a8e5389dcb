package io.decisionstore.operators.aggregate;

import io.decisionstore.operators.plan.Aggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * What a {@link Ranked} has laid in the overflow: how much, of which hops, and how to get it back.
 *
 * <p>A hop's entries lie together in blocks of a few: so there are few of them to be copied and to
 * be written by a checkpoint, and what ends with its hop is known without looking for it. A hop
 * with more entries has more blocks, twice as many each time; which of them is an entry's follows
 * from the entry.
 *
 * <p>Without a window all is one hop, which is looked through once a retention for what can go.
 */
final class RankedOverflow {
  /** Entries a block, on average at the most. */
  private static final int BLOCK = 8;

  private static final long WINDOWED = -1;

  private HopCounts hops = new HopCounts();
  private long swept = WINDOWED; // without a window: the day when it was empty or looked through

  boolean isEmpty() {
    return hops.size() == 0;
  }

  /** Lays an entry there, in place of the one of the same decision. */
  void add(Definition definition, RankedEntry entry, long now, Overflow overflow) {
    if (isEmpty() && definition.isRankedForEver()) {
      swept = Definition.day(now);
    }
    int hop = hops.find(entry.bucket());
    byte[] key = key(entry.bucket(), hop < 0 ? 0 : part(entry, hops.parts(hop)));
    RankedBlock block = hop < 0 ? RankedBlock.EMPTY : block(definition, key, overflow);
    int at = block.find(definition, entry);
    if (at < 0) {
      lay(definition, key, block.with(entry), overflow);
      split(definition, hops.increment(hop, entry.bucket()), overflow);
    } else {
      long equals = block.entry(definition, at).count();
      boolean isNumber = RankedEntry.areNumbers(definition);
      RankedEntry all = isNumber ? entry.counting(equals + entry.count()) : entry;
      lay(definition, key, block.without(definition, at).with(all), overflow);
    }
  }

  /** Takes back a decision, if it is there. */
  void takeBack(Definition definition, RankedEntry entry, Overflow overflow) {
    takeOut(definition, entry, 1, overflow);
  }

  /** Takes out so many of equal numbers, or a decision. */
  private void takeOut(Definition definition, RankedEntry entry, long number, Overflow overflow) {
    int hop = hops.find(entry.bucket());
    if (hop < 0) {
      return; // it was not added
    }
    byte[] key = key(entry.bucket(), part(entry, hops.parts(hop)));
    RankedBlock block = block(definition, key, overflow);
    int at = block.find(definition, entry);
    if (at < 0) {
      return; // it was not added
    }
    RankedBlock others = block.without(definition, at);
    RankedEntry known = block.entry(definition, at);
    if (known.count() > number) {
      lay(definition, key, others.with(known.counting(known.count() - number)), overflow);
    } else {
      lay(definition, key, others, overflow);
      hops.subtract(hop, 1);
    }
  }

  /** Takes the best out, the best first. */
  List<RankedEntry> takeBest(Definition definition, int number, Overflow overflow) {
    List<RankedEntry> best = best(definition, number, entry -> true, overflow);
    for (RankedEntry entry : best) {
      takeOut(definition, entry, entry.count(), overflow);
    }
    return best;
  }

  /** The best of some. */
  private List<RankedEntry> best(
      Definition definition, int number, Predicate<RankedEntry> isWanted, Overflow overflow) {
    boolean isByTime = !RankedEntry.areNumbers(definition);
    boolean newestFirst = definition.aggregate() != Aggregate.FIRST;
    PriorityQueue<RankedEntry> best =
        new PriorityQueue<>((one, other) -> other.compare(definition, one)); // the worst first
    for (int at = 0; at < hops.size(); at++) {
      if (isByTime && best.size() == number) {
        break; // what other hops have is worse
      }
      int hop = newestFirst ? hops.size() - 1 - at : at;
      for (int part = 0; part < hops.parts(hop); part++) {
        byte[] key = key(hops.bucket(hop), part);
        for (RankedEntry entry : block(definition, key, overflow).entries(definition)) {
          if (isWanted.test(entry)) {
            best.add(entry);
            if (best.size() > number) {
              best.poll();
            }
          }
        }
      }
    }
    List<RankedEntry> sorted = new ArrayList<>(best);
    sorted.sort((one, other) -> one.compare(definition, other));
    return sorted;
  }

  /** Drops the hops whose end has come. */
  void expire(Definition definition, long now, Overflow overflow) {
    while (!isEmpty() && definition.hops().end(hops.bucket(0)) <= now) {
      drop(definition, 0, overflow);
    }
  }

  private void drop(Definition definition, int hop, Overflow overflow) {
    for (int part = 0; part < hops.parts(hop); part++) {
      overflow.remove(definition.id(), key(hops.bucket(hop), part));
    }
    hops.subtract(hop, hops.count(hop));
  }

  /**
   * Without a window: drops what stands behind so many settled ones. Looks for it only when all
   * that was there the last time has settled since.
   */
  void dropBehindSettled(Definition definition, int number, long now, Overflow overflow) {
    long settled = definition.settledDay(now);
    if (isEmpty() || swept > settled) {
      return;
    }
    List<RankedEntry> best = best(definition, number, entry -> entry.came() <= settled, overflow);
    if (best.size() == number) {
      dropBehind(definition, best.get(number - 1), overflow);
    }
    swept = Definition.day(now);
  }

  private void dropBehind(Definition definition, RankedEntry last, Overflow overflow) {
    long bucket = hops.bucket(0);
    int parts = hops.parts(0);
    for (int part = 0; part < parts; part++) {
      byte[] key = key(bucket, part);
      List<RankedEntry> entries = block(definition, key, overflow).entries(definition);
      int before = entries.size();
      if (entries.removeIf(entry -> last.compare(definition, entry) < 0)) {
        lay(definition, key, RankedBlock.of(entries), overflow);
        hops.subtract(0, before - entries.size());
      }
    }
  }

  /** Without a window: drops all. */
  void clear(Definition definition, Overflow overflow) {
    if (!isEmpty()) {
      drop(definition, 0, overflow);
    }
  }

  /** Lays a hop's entries into twice as many blocks when there are too many for those it has. */
  private void split(Definition definition, int hop, Overflow overflow) {
    int parts = hops.parts(hop);
    if (hops.count(hop) <= (long) BLOCK * parts) {
      return;
    }
    hops.doubleParts(hop);
    long bucket = hops.bucket(hop);
    for (int part = 0; part < parts; part++) {
      byte[] key = key(bucket, part);
      List<RankedEntry> stay = new ArrayList<>();
      List<RankedEntry> go = new ArrayList<>();
      for (RankedEntry entry : block(definition, key, overflow).entries(definition)) {
        (part(entry, 2 * parts) == part ? stay : go).add(entry);
      }
      if (!go.isEmpty()) {
        lay(definition, key, RankedBlock.of(stay), overflow);
        lay(definition, key(bucket, part + parts), RankedBlock.of(go), overflow);
      }
    }
  }

  private static int part(RankedEntry entry, int parts) {
    return entry.place() & parts - 1;
  }

  private static byte[] key(long bucket, int part) {
    ByteWriter out = new ByteWriter();
    out.signed(bucket);
    out.unsigned(part);
    return out.copy();
  }

  private static RankedBlock block(Definition definition, byte[] key, Overflow overflow) {
    byte[] bytes = overflow.get(definition.id(), key);
    return bytes == null ? RankedBlock.EMPTY : new RankedBlock(bytes);
  }

  private static void lay(Definition definition, byte[] key, RankedBlock block, Overflow overflow) {
    if (block.isEmpty()) {
      overflow.remove(definition.id(), key);
    } else {
      overflow.put(definition.id(), key, block.bytes());
    }
  }

  /** The oldest hop; the largest long: none. */
  long firstHop() {
    return isEmpty() ? Long.MAX_VALUE : hops.bucket(0);
  }

  RankedOverflow copy() {
    RankedOverflow copy = new RankedOverflow();
    copy.hops = hops.copy();
    copy.swept = swept;
    return copy;
  }

  void write(ByteWriter out) {
    hops.write(out);
    if (!isEmpty() && swept != WINDOWED) {
      out.unsigned(swept);
    }
  }

  static RankedOverflow read(Definition definition, ByteReader in) {
    RankedOverflow read = new RankedOverflow();
    read.hops = HopCounts.read(in);
    if (!read.isEmpty() && definition.isRankedForEver()) {
      read.swept = in.unsigned();
    }
    return read;
  }
}
