package io.decisionstore.operators.aggregate;

import io.decisionstore.operators.plan.Aggregate;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The best by an order: least and greatest numbers, first and last decisions.
 *
 * <p>The best few are here; what comes behind them is in the overflow, and is read only when these
 * run out: after corrections, or when they expire before the others. So the value stays small, and
 * nothing is approximate. All that is here is better than all that counts there.
 */
final class Ranked extends Accumulator {
  /** Beyond those that are the value: how many are kept at the least when some are moved away. */
  private static final int SPARE = 7;

  /** How many are moved away together, at the least. */
  private static final int TOGETHER = 8;

  /** So few expired entries may lie in the overflow before it is looked through for them. */
  private static final int STALE = 16;

  private final List<RankedEntry> kept = new ArrayList<>(2); // the best first
  private long live; // in the overflow, not expired
  private long stale; // in the overflow, expired
  private int size;
  private long[] buckets = NONE; // of the overflow's live entries
  private long[] counts = NONE;

  private static final long[] NONE = {};

  /** How many are the value. */
  private static int wanted(Definition definition) {
    return definition.aggregate() == Aggregate.LAST_K ? definition.limit() : 1;
  }

  private int find(Definition definition, RankedEntry entry) {
    int low = 0;
    int high = kept.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int comparison = kept.get(middle).compare(definition, entry);
      if (comparison == 0) {
        return middle;
      }
      if (comparison < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  @Override
  public void add(
      Definition definition, Decision decision, ByteReader arguments, long now, Overflow overflow) {
    RankedEntry entry = RankedEntry.of(definition, decision, arguments);
    int found = find(definition, entry);
    if (found >= 0) { // a decision is one however often it is added
      long count = RankedEntry.areNumbers(definition) ? kept.get(found).count() + 1 : 1;
      kept.set(found, entry.counting(count));
      return;
    }
    int at = -found - 1;
    if (at == kept.size() && live > 0) {
      lay(definition, entry, overflow);
      refill(definition, now, overflow);
      return;
    }
    kept.add(at, entry);
    int few = wanted(definition) + SPARE;
    if (kept.size() > few + Math.max(TOGETHER, wanted(definition) / 4)) {
      List<RankedEntry> worst = kept.subList(few, kept.size());
      for (RankedEntry one : worst) {
        overflow.put(definition.id(), one.key(), one.value());
        counted(one.bucket(), 1);
      }
      worst.clear();
    }
  }

  private void lay(Definition definition, RankedEntry entry, Overflow overflow) {
    byte[] key = entry.key();
    byte[] known = overflow.get(definition.id(), key);
    RankedEntry laid = entry;
    if (known == null) {
      counted(entry.bucket(), 1);
    } else if (RankedEntry.areNumbers(definition)) {
      laid = entry.counting(RankedEntry.of(definition, key, known).count() + 1);
    }
    overflow.put(definition.id(), key, laid.value());
  }

  @Override
  public void takeBack(
      Definition definition, Decision decision, ByteReader arguments, long now, Overflow overflow) {
    RankedEntry entry = RankedEntry.of(definition, decision, arguments);
    int found = find(definition, entry);
    if (found >= 0) {
      RankedEntry known = kept.get(found);
      if (known.count() > 1) {
        kept.set(found, known.counting(known.count() - 1));
      } else {
        kept.remove(found);
      }
    } else if (-found - 1 == kept.size() && live > 0) {
      byte[] key = entry.key();
      byte[] laid = overflow.get(definition.id(), key);
      if (laid == null) {
        return; // it was not added
      }
      long count = RankedEntry.of(definition, key, laid).count() - 1;
      if (count > 0) {
        overflow.put(definition.id(), key, entry.counting(count).value());
      } else {
        overflow.remove(definition.id(), key);
        counted(entry.bucket(), -1);
      }
    }
    refill(definition, now, overflow);
    sweep(definition, now, overflow);
  }

  /** Counts entries of the overflow by their hop, so that it is known when they end. */
  private void counted(long bucket, int more) {
    live += more;
    int at = Arrays.binarySearch(buckets, 0, size, bucket);
    if (at < 0) {
      at = -at - 1;
      if (size == buckets.length) {
        buckets = Arrays.copyOf(buckets, size + (size >> 1) + 2);
        counts = Arrays.copyOf(counts, buckets.length);
      }
      System.arraycopy(buckets, at, buckets, at + 1, size - at);
      System.arraycopy(counts, at, counts, at + 1, size - at);
      buckets[at] = bucket;
      counts[at] = 0;
      size++;
    }
    counts[at] += more;
    if (counts[at] == 0) {
      drop(at, at + 1);
    }
  }

  private void drop(int from, int to) {
    System.arraycopy(buckets, to, buckets, from, size - to);
    System.arraycopy(counts, to, counts, from, size - to);
    size -= to - from;
  }

  /** Fetches the best of the overflow when the value needs them; drops what has expired there. */
  private void refill(Definition definition, long now, Overflow overflow) {
    if (kept.size() >= wanted(definition) || live == 0) {
      return;
    }
    int few = wanted(definition) + SPARE;
    int before = kept.size();
    overflow.removeIf(
        definition.id(),
        (key, value) -> {
          RankedEntry entry = RankedEntry.of(definition, key, value);
          if (definition.hops().end(entry.bucket()) <= now) {
            return true;
          }
          int at = -find(definition, entry) - 1;
          if (at < few) {
            kept.add(at, entry);
            if (kept.size() > few) {
              kept.remove(few);
            }
          }
          return false;
        });
    stale = 0;
    for (RankedEntry entry : kept.subList(before, kept.size())) {
      overflow.remove(definition.id(), entry.key());
      counted(entry.bucket(), -1);
    }
  }

  @Override
  public void expire(Definition definition, long now, Overflow overflow) {
    kept.removeIf(entry -> definition.hops().end(entry.bucket()) <= now);
    int ended = 0;
    while (ended < size && definition.hops().end(buckets[ended]) <= now) {
      live -= counts[ended];
      stale += counts[ended];
      ended++;
    }
    drop(0, ended);
    refill(definition, now, overflow);
    sweep(definition, now, overflow);
  }

  /** Looks through the overflow for what has expired, once it is worth it. */
  private void sweep(Definition definition, long now, Overflow overflow) {
    boolean isMuch = stale >= STALE && stale >= live;
    boolean isLast = stale > 0 && live == 0 && kept.isEmpty();
    if (isMuch || isLast) {
      overflow.removeIf(
          definition.id(),
          (key, value) ->
              definition.hops().end(RankedEntry.of(definition, key, value).bucket()) <= now);
      stale = 0;
    }
  }

  @Override
  public long nextExpiry(Definition definition) {
    if (definition.hops().windowMs() == null) {
      return Long.MAX_VALUE;
    }
    long first = size > 0 ? buckets[0] : Long.MAX_VALUE;
    for (int at = 0; at < kept.size(); at++) {
      first = Math.min(first, kept.get(at).bucket());
    }
    return definition.hops().end(first);
  }

  @Override
  public boolean isEmpty() {
    return kept.isEmpty() && live == 0 && stale == 0;
  }

  @Override
  public Object[] values(Definition definition) {
    return values(definition, kept.subList(0, Math.min(kept.size(), wanted(definition))));
  }

  /** The least number there is, or decisions' arguments as bytes. */
  @Override
  public Object mark(Definition definition) {
    int number = Math.min(kept.size(), wanted(definition));
    if (number == 0) {
      return null;
    }
    if (RankedEntry.areNumbers(definition)) {
      return kept.get(0).rank();
    }
    if (definition.aggregate() != Aggregate.LAST_K) {
      byte[] arguments = kept.get(0).arguments();
      return Arguments.areNull(arguments) ? null : ByteBuffer.wrap(arguments);
    }
    List<ByteBuffer> best = new ArrayList<>(number);
    for (RankedEntry entry : kept.subList(0, number)) {
      best.add(ByteBuffer.wrap(entry.arguments()));
    }
    return best;
  }

  private static Object[] values(Definition definition, List<RankedEntry> best) {
    Object[] values = new Object[definition.attributes().size()];
    if (best.isEmpty()) {
      return values;
    }
    switch (definition.aggregate()) {
      case MIN, MAX -> values[0] = best.get(0).number(definition);
      case LAST_K -> {
        List<Object[]> decisions = new ArrayList<>(best.size());
        for (RankedEntry entry : best) {
          decisions.add(entry.values(values.length));
        }
        for (int argument = 0; argument < values.length; argument++) {
          List<Object> list = new ArrayList<>(decisions.size());
          for (Object[] decision : decisions) {
            list.add(decision[argument]);
          }
          values[argument] = list;
        }
      }
      default -> {
        return best.get(0).values(values.length);
      }
    }
    return values;
  }

  @Override
  public Accumulator copy() {
    Ranked copy = new Ranked();
    copy.kept.addAll(kept);
    copy.live = live;
    copy.stale = stale;
    copy.size = size;
    copy.buckets = Arrays.copyOf(buckets, size);
    copy.counts = Arrays.copyOf(counts, size);
    return copy;
  }

  @Override
  public void write(ByteWriter out) {
    out.unsigned(kept.size());
    for (int at = 0; at < kept.size(); at++) {
      kept.get(at).write(out);
    }
    out.unsigned(live);
    if (live > 0) {
      out.unsigned(size);
      long previous = 0;
      for (int at = 0; at < size; at++) {
        out.signed(buckets[at] - previous);
        out.unsigned(counts[at]);
        previous = buckets[at];
      }
    }
    out.unsigned(stale);
  }

  static Ranked parse(Definition definition, ByteReader in) {
    Ranked ranked = new Ranked();
    int number = (int) in.unsigned();
    for (int at = 0; at < number; at++) {
      ranked.kept.add(RankedEntry.read(definition, in));
    }
    ranked.live = in.unsigned();
    if (ranked.live > 0) {
      ranked.size = (int) in.unsigned();
      ranked.buckets = new long[ranked.size];
      ranked.counts = new long[ranked.size];
      long previous = 0;
      for (int at = 0; at < ranked.size; at++) {
        previous += in.signed();
        ranked.buckets[at] = previous;
        ranked.counts[at] = in.unsigned();
      }
    }
    ranked.stale = in.unsigned();
    return ranked;
  }

  static Object[] peek(Definition definition, ByteReader in) {
    int number = (int) Math.min(in.unsigned(), wanted(definition));
    List<RankedEntry> best = new ArrayList<>(number);
    for (int at = 0; at < number; at++) {
      best.add(RankedEntry.read(definition, in));
    }
    return values(definition, best);
  }
}
