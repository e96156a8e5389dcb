package io.decisionstore.operators.aggregate;

import io.decisionstore.operators.plan.Aggregate;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The best by an order: least and greatest numbers, first and last decisions.
 *
 * <p>The best few are here; what comes behind them is in the overflow, and is read only when these
 * run out: after corrections, or when they expire before the others. So the value stays small, and
 * nothing is approximate. All that is here is better than all that counts there.
 *
 * <p>Without a window nothing expires, but a decision can be corrected only as long as it is
 * remembered. One that came before that is settled: it is never taken back. Behind as many settled
 * ones as are the value nothing can become the value any more, and goes. The overflow is looked
 * through for that once a retention, so it holds what came within two of them at the most.
 */
final class Ranked extends Accumulator {
  /** Beyond those that are the value: how many are kept at the least when some are moved away. */
  private static final int SPARE = 7;

  /** How many are moved away together, at the least. */
  private static final int TOGETHER = 8;

  private final List<RankedEntry> kept = new ArrayList<>(2); // the best first
  private RankedOverflow laid = new RankedOverflow();

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
    RankedEntry entry = RankedEntry.of(definition, decision, arguments, now);
    int found = find(definition, entry);
    if (found >= 0) { // a decision is one however often it is added
      long count = RankedEntry.areNumbers(definition) ? kept.get(found).count() + 1 : 1;
      kept.set(found, entry.counting(count));
      return;
    }
    int at = -found - 1;
    if (at == kept.size() && !laid.isEmpty()) {
      laid.add(definition, entry, now, overflow);
      refill(definition, overflow);
      dropBehindSettled(definition, now, overflow);
      return;
    }
    kept.add(at, entry);
    dropBehindSettled(definition, now, overflow);
    int few = wanted(definition) + SPARE;
    if (kept.size() > few + Math.max(TOGETHER, wanted(definition) / 4)) {
      List<RankedEntry> worst = kept.subList(few, kept.size());
      for (RankedEntry one : worst) {
        laid.add(definition, one, now, overflow);
      }
      worst.clear();
    }
  }

  @Override
  public void takeBack(
      Definition definition, Decision decision, ByteReader arguments, long now, Overflow overflow) {
    RankedEntry entry = RankedEntry.of(definition, decision, arguments, now);
    int found = find(definition, entry);
    if (found >= 0) {
      RankedEntry known = kept.get(found);
      if (known.count() > 1) {
        kept.set(found, known.counting(known.count() - 1));
      } else {
        kept.remove(found);
      }
    } else if (-found - 1 == kept.size() && !laid.isEmpty()) {
      laid.takeBack(definition, entry, overflow);
    }
    refill(definition, overflow);
    dropBehindSettled(definition, now, overflow);
  }

  /** Fetches the best of the overflow when the value needs them. */
  private void refill(Definition definition, Overflow overflow) {
    if (kept.size() < wanted(definition) && !laid.isEmpty()) {
      int missing = wanted(definition) + SPARE - kept.size();
      kept.addAll(laid.takeBest(definition, missing, overflow));
    }
  }

  private void dropBehindSettled(Definition definition, long now, Overflow overflow) {
    if (!definition.isRankedForEver()) {
      return;
    }
    long settled = definition.settledDay(now);
    int missing = wanted(definition);
    for (int at = 0; at < kept.size(); at++) {
      if (kept.get(at).came() <= settled && --missing == 0) {
        kept.subList(at + 1, kept.size()).clear();
        laid.clear(definition, overflow);
        return;
      }
    }
    laid.dropBehindSettled(definition, missing, now, overflow);
  }

  @Override
  public void expire(Definition definition, long now, Overflow overflow) {
    kept.removeIf(entry -> definition.hops().end(entry.bucket()) <= now);
    laid.expire(definition, now, overflow);
    refill(definition, overflow);
  }

  @Override
  public long nextExpiry(Definition definition) {
    if (definition.hops().windowMs() == null) {
      return Long.MAX_VALUE;
    }
    long first = laid.firstHop();
    for (int at = 0; at < kept.size(); at++) {
      first = Math.min(first, kept.get(at).bucket());
    }
    return definition.hops().end(first);
  }

  @Override
  public boolean isEmpty() {
    return kept.isEmpty() && laid.isEmpty();
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
    copy.laid = laid.copy();
    return copy;
  }

  @Override
  public void write(ByteWriter out) {
    out.unsigned(kept.size());
    for (int at = 0; at < kept.size(); at++) {
      kept.get(at).write(out);
    }
    laid.write(out);
  }

  static Ranked parse(Definition definition, ByteReader in) {
    Ranked ranked = new Ranked();
    int number = (int) in.unsigned();
    for (int at = 0; at < number; at++) {
      ranked.kept.add(RankedEntry.read(definition, in));
    }
    ranked.laid = RankedOverflow.read(definition, in);
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
