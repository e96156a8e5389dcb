package io.decisionstore.operators.aggregate;

import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import java.util.Arrays;

/**
 * Counts, sums and averages: the total, and what each hop with decisions has of it, so that an
 * event touches one hop. Without a window there are no hops.
 *
 * <p>Of hops that were read from bytes all but the last stay bytes until one of them is touched,
 * since most events belong to the last one or to a new one.
 */
final class Totals extends Accumulator {
  private long count;
  private final ExactSum sum; // null: decisions are counted only

  private int size; // of those that are no bytes
  private long[] buckets; // null: no window
  private long[] counts;
  private ExactSum[] sums;
  private OlderHops older; // null: none are bytes

  Totals(Definition definition) {
    this(
        definition.aggregate() == Aggregate.COUNT ? null : new ExactSum(),
        definition.hops().windowMs() == null ? -1 : 2);
  }

  private Totals(ExactSum sum, int capacity) {
    this.sum = sum;
    if (capacity >= 0) {
      buckets = new long[capacity];
      counts = new long[capacity];
      sums = sum == null ? null : new ExactSum[capacity];
    }
  }

  @Override
  public void add(
      Definition definition, Decision decision, ByteReader arguments, long now, Overflow overflow) {
    int position = arguments.position();
    count++;
    if (sum != null) {
      Arguments.addTo(sum, arguments, false);
    }
    if (buckets != null) {
      int at = insert(definition.hops().bucket(decision.eventTime()));
      counts[at]++;
      if (sum != null) {
        arguments.skip(position - arguments.position());
        Arguments.addTo(sums[at], arguments, false);
      }
    }
  }

  private int insert(long bucket) {
    readOlder(bucket);
    int found = find(bucket);
    if (found >= 0) {
      return found;
    }
    int at = -found - 1;
    if (size == buckets.length) {
      int capacity = size + (size >> 1) + 1;
      buckets = Arrays.copyOf(buckets, capacity);
      counts = Arrays.copyOf(counts, capacity);
      sums = sum == null ? null : Arrays.copyOf(sums, capacity);
    }
    move(at, at + 1, size - at);
    buckets[at] = bucket;
    counts[at] = 0;
    if (sum != null) {
      sums[at] = new ExactSum();
    }
    size++;
    return at;
  }

  private int find(long bucket) {
    if (size == 0 || buckets[size - 1] < bucket) {
      return -size - 1;
    }
    if (buckets[size - 1] == bucket) {
      return size - 1;
    }
    return Arrays.binarySearch(buckets, 0, size, bucket);
  }

  private void move(int from, int to, int number) {
    System.arraycopy(buckets, from, buckets, to, number);
    System.arraycopy(counts, from, counts, to, number);
    if (sum != null) {
      System.arraycopy(sums, from, sums, to, number);
    }
  }

  @Override
  public void takeBack(
      Definition definition, Decision decision, ByteReader arguments, long now, Overflow overflow) {
    int position = arguments.position();
    int at = -1;
    if (buckets != null) {
      long bucket = definition.hops().bucket(decision.eventTime());
      readOlder(bucket);
      at = find(bucket);
      if (at < 0) {
        return;
      }
    } else if (count == 0) {
      return;
    }
    count--;
    if (sum != null) {
      Arguments.addTo(sum, arguments, true);
    }
    if (at >= 0) {
      counts[at]--;
      if (sum != null) {
        arguments.skip(position - arguments.position());
        Arguments.addTo(sums[at], arguments, true);
      }
      if (counts[at] == 0) {
        remove(at, at + 1);
      }
    } else if (count == 0 && sum != null) {
      sum.clear();
    }
  }

  /** Removes hops, with what they have of the total. */
  private void remove(int from, int to) {
    for (int at = from; at < to; at++) {
      count -= counts[at];
      if (sum != null) {
        sum.subtract(sums[at]);
      }
    }
    move(to, from, size - to);
    size -= to - from;
    if (sum != null) {
      Arrays.fill(sums, size, size + to - from, null);
    }
  }

  @Override
  public void expire(Definition definition, long now, Overflow overflow) {
    if (older != null && definition.hops().end(older.first()) <= now) {
      readOlder(older.first());
    }
    int ended = 0;
    while (older == null && ended < size && definition.hops().end(buckets[ended]) <= now) {
      ended++;
    }
    if (ended > 0) {
      remove(0, ended);
    }
  }

  @Override
  public long nextExpiry(Definition definition) {
    if (older != null) {
      return definition.hops().end(older.first());
    }
    return size == 0 ? Long.MAX_VALUE : definition.hops().end(buckets[0]);
  }

  @Override
  public boolean isEmpty() {
    return count == 0;
  }

  @Override
  public Object[] values(Definition definition) {
    return values(definition, count, sum);
  }

  private static Object[] values(Definition definition, long count, ExactSum sum) {
    return new Object[] {
      switch (definition.aggregate()) {
        case COUNT -> (Object) count;
        case SUM ->
            definition.type() == ValueType.LONG ? (Object) sum.toLong() : (Object) sum.toDouble();
        default -> count == 0 ? null : (Object) sum.average(count);
      }
    };
  }

  static Object[] peek(Definition definition, ByteReader in) {
    long count = in.unsigned();
    ExactSum sum = definition.aggregate() == Aggregate.COUNT ? null : ExactSum.read(in);
    return values(definition, count, sum);
  }

  @Override
  public Accumulator copy() {
    Totals copy = new Totals(sum == null ? null : sum.copy(), buckets == null ? -1 : size);
    copy.count = count;
    copy.size = size;
    copy.older = older;
    for (int at = 0; at < size; at++) {
      copy.buckets[at] = buckets[at];
      copy.counts[at] = counts[at];
      if (sum != null) {
        copy.sums[at] = sums[at].copy();
      }
    }
    return copy;
  }

  @Override
  public void write(ByteWriter out) {
    out.unsigned(count);
    if (sum != null) {
      sum.write(out);
    }
    if (buckets == null) {
      return;
    }
    if (older != null && older.number() + size == 1) {
      readOlder(older.last());
    }
    int all = older == null ? size : older.number() + size;
    out.unsigned(all);
    long previous = 0;
    if (older != null) {
      older.write(out);
      previous = older.last();
    }
    for (int at = 0; at < size; at++) {
      out.signed(buckets[at] - previous);
      previous = buckets[at];
      if (all > 1) { // one hop has all of it
        out.unsigned(counts[at]);
        if (sum != null) {
          sums[at].write(out);
        }
      }
    }
  }

  static Totals parse(Definition definition, ByteReader in) {
    long count = in.unsigned();
    ExactSum sum = definition.aggregate() == Aggregate.COUNT ? null : ExactSum.read(in);
    if (definition.hops().windowMs() == null) {
      Totals totals = new Totals(sum, -1);
      totals.count = count;
      return totals;
    }
    int all = (int) in.unsigned();
    Totals totals = new Totals(sum, 2);
    totals.count = count;
    totals.older = all > 1 ? OlderHops.read(all - 1, sum != null, in) : null;
    if (all > 0) {
      long previous = totals.older == null ? 0 : totals.older.last();
      totals.buckets[0] = previous + in.signed();
      totals.counts[0] = all == 1 ? count : in.unsigned();
      if (sum != null) {
        totals.sums[0] = all == 1 ? sum.copy() : ExactSum.read(in);
      }
      totals.size = 1;
    }
    return totals;
  }

  /** Reads the hops that are bytes, if one of them may be this. */
  private void readOlder(long bucket) {
    if (older == null || bucket > older.last()) {
      return;
    }
    int number = older.number();
    int capacity = number + size + 1;
    long[] newerBuckets = buckets;
    long[] newerCounts = counts;
    ExactSum[] newerSums = sums;
    buckets = new long[capacity];
    counts = new long[capacity];
    sums = sum == null ? null : new ExactSum[capacity];
    System.arraycopy(newerBuckets, 0, buckets, number, size);
    System.arraycopy(newerCounts, 0, counts, number, size);
    if (sum != null) {
      System.arraycopy(newerSums, 0, sums, number, size);
    }
    ByteReader in = older.reader();
    long previous = 0;
    for (int at = 0; at < number; at++) {
      previous += in.signed();
      buckets[at] = previous;
      counts[at] = in.unsigned();
      if (sum != null) {
        sums[at] = ExactSum.read(in);
      }
    }
    size += number;
    older = null;
  }
}
