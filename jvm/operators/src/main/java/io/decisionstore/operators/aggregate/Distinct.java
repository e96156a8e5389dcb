package io.decisionstore.operators.aggregate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;

/**
 * How many different values there are: exactly up to the limit, as hashes counted by hop, so that
 * corrections take back; above it as sketches, one a slice of time in the overflow and their union
 * here, until all of them have expired. A sketch takes nothing back.
 */
final class Distinct extends Accumulator {
  /** An estimate is within about 2 % (one standard error), in 1.1 KB. */
  static final int LOG_OF_SIZE = 11;

  /** A window in sketches moves by this part of itself. */
  private static final int SLICES = 31;

  private static final long[] NONE = {};

  private int values;
  private int size; // by hash, then hop
  private long[] hashes = NONE;
  private long[] buckets = NONE;
  private long[] counts = NONE;

  private HllSketch union; // null: exact
  private List<Long> slices; // in their order

  private static HllSketch sketch() {
    return new HllSketch(LOG_OF_SIZE, TgtHllType.HLL_4);
  }

  /** Hops a slice. */
  private static long width(Definition definition) {
    return Math.max(1, (definition.hops().inWindow() + SLICES - 1) / SLICES);
  }

  private static long end(Definition definition, long slice) {
    return definition.hops().end((slice + 1) * width(definition) - 1);
  }

  @Override
  public void add(
      Definition definition, Decision decision, ByteReader arguments, long now, Overflow overflow) {
    long bucket = definition.hops().bucket(decision.eventTime());
    long hash = arguments.eightBytes();
    if (union != null) {
      sketched(definition, hash, bucket, overflow);
      return;
    }
    int found = find(hash, bucket);
    if (found >= 0) {
      counts[found]++;
      return;
    }
    insert(-found - 1, hash, bucket);
    if (values > definition.limit()) {
      beginSketches(definition, overflow);
    }
  }

  private int find(long hash, long bucket) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int comparison = Long.compare(hashes[middle], hash);
      if (comparison == 0) {
        comparison = Long.compare(buckets[middle], bucket);
      }
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

  private void insert(int at, long hash, long bucket) {
    if (size == hashes.length) {
      int capacity = size + (size >> 1) + 2;
      hashes = Arrays.copyOf(hashes, capacity);
      buckets = Arrays.copyOf(buckets, capacity);
      counts = Arrays.copyOf(counts, capacity);
    }
    System.arraycopy(hashes, at, hashes, at + 1, size - at);
    System.arraycopy(buckets, at, buckets, at + 1, size - at);
    System.arraycopy(counts, at, counts, at + 1, size - at);
    hashes[at] = hash;
    buckets[at] = bucket;
    counts[at] = 1;
    size++;
    if (isAlone(at)) {
      values++;
    }
  }

  /** Whether no other hop has the value. */
  private boolean isAlone(int at) {
    return (at == 0 || hashes[at - 1] != hashes[at])
        && (at == size - 1 || hashes[at + 1] != hashes[at]);
  }

  private void beginSketches(Definition definition, Overflow overflow) {
    union = sketch();
    slices = new ArrayList<>();
    for (int at = 0; at < size; at++) {
      sketched(definition, hashes[at], buckets[at], overflow);
    }
    values = 0;
    size = 0;
    hashes = NONE;
    buckets = NONE;
    counts = NONE;
  }

  private void sketched(Definition definition, long hash, long bucket, Overflow overflow) {
    union.update(hash);
    if (definition.hops().windowMs() == null) {
      return; // nothing expires
    }
    long slice = Math.floorDiv(bucket, width(definition));
    int at = java.util.Collections.binarySearch(slices, slice);
    if (at < 0) {
      slices.add(-at - 1, slice);
    }
    byte[] known = at < 0 ? null : overflow.get(definition.id(), key(slice));
    HllSketch sketch = known == null ? sketch() : HllSketch.heapify(known);
    sketch.update(hash);
    overflow.put(definition.id(), key(slice), sketch.toCompactByteArray());
  }

  private static byte[] key(long slice) {
    ByteWriter out = new ByteWriter();
    out.signed(slice);
    return out.copy();
  }

  @Override
  public void takeBack(
      Definition definition, Decision decision, ByteReader arguments, long now, Overflow overflow) {
    if (union != null) {
      return;
    }
    int at = find(arguments.eightBytes(), definition.hops().bucket(decision.eventTime()));
    if (at < 0) {
      return;
    }
    counts[at]--;
    if (counts[at] == 0) {
      if (isAlone(at)) {
        values--;
      }
      System.arraycopy(hashes, at + 1, hashes, at, size - at - 1);
      System.arraycopy(buckets, at + 1, buckets, at, size - at - 1);
      System.arraycopy(counts, at + 1, counts, at, size - at - 1);
      size--;
    }
  }

  @Override
  public void expire(Definition definition, long now, Overflow overflow) {
    if (union != null) {
      expireSlices(definition, now, overflow);
      return;
    }
    int left = 0;
    values = 0;
    for (int at = 0; at < size; at++) {
      if (definition.hops().end(buckets[at]) > now) {
        hashes[left] = hashes[at];
        buckets[left] = buckets[at];
        counts[left] = counts[at];
        if (left == 0 || hashes[left - 1] != hashes[left]) {
          values++;
        }
        left++;
      }
    }
    size = left;
  }

  private void expireSlices(Definition definition, long now, Overflow overflow) {
    boolean isExpired = false;
    while (!slices.isEmpty() && end(definition, slices.get(0)) <= now) {
      overflow.remove(definition.id(), key(slices.remove(0)));
      isExpired = true;
    }
    if (!isExpired) {
      return;
    }
    if (slices.isEmpty()) {
      union = null;
      slices = null;
      return;
    }
    Union rest = new Union(LOG_OF_SIZE);
    for (long slice : slices) {
      rest.update(HllSketch.heapify(overflow.get(definition.id(), key(slice))));
    }
    union = rest.getResult(TgtHllType.HLL_4);
  }

  @Override
  public long nextExpiry(Definition definition) {
    if (union != null) {
      return slices.isEmpty() ? Long.MAX_VALUE : end(definition, slices.get(0));
    }
    long first = Long.MAX_VALUE;
    for (int at = 0; at < size; at++) {
      first = Math.min(first, buckets[at]);
    }
    return definition.hops().end(first);
  }

  @Override
  public boolean isEmpty() {
    return union == null && size == 0;
  }

  @Override
  public boolean isSketch() {
    return union != null;
  }

  @Override
  public Object[] values(Definition definition) {
    return new Object[] {union == null ? (long) values : estimate()};
  }

  private long estimate() {
    return Math.round(union.getEstimate());
  }

  static Object[] peek(ByteReader in) {
    in.oneByte();
    return new Object[] {in.unsigned()};
  }

  @Override
  public Accumulator copy() {
    Distinct copy = new Distinct();
    copy.values = values;
    copy.size = size;
    copy.hashes = Arrays.copyOf(hashes, size);
    copy.buckets = Arrays.copyOf(buckets, size);
    copy.counts = Arrays.copyOf(counts, size);
    copy.union = union == null ? null : union.copy();
    copy.slices = slices == null ? null : new ArrayList<>(slices);
    return copy;
  }

  @Override
  public void write(ByteWriter out) {
    out.oneByte(union == null ? 0 : 1);
    if (union != null) {
      out.unsigned(estimate());
      out.unsigned(slices.size());
      for (long slice : slices) {
        out.signed(slice);
      }
      byte[] bytes = union.toCompactByteArray();
      out.framed(bytes, 0, bytes.length);
      return;
    }
    out.unsigned(values);
    for (int at = 0; at < size; ) {
      int next = at + 1;
      while (next < size && hashes[next] == hashes[at]) {
        next++;
      }
      out.eightBytes(hashes[at]);
      out.unsigned(next - at);
      long previous = 0;
      for (; at < next; at++) {
        out.signed(buckets[at] - previous);
        out.unsigned(counts[at]);
        previous = buckets[at];
      }
    }
  }

  static Distinct parse(ByteReader in) {
    Distinct distinct = new Distinct();
    if (in.oneByte() == 1) {
      in.unsigned();
      int number = (int) in.unsigned();
      distinct.slices = new ArrayList<>(number);
      for (int at = 0; at < number; at++) {
        distinct.slices.add(in.signed());
      }
      distinct.union = HllSketch.heapify(in.framed());
      return distinct;
    }
    int number = (int) in.unsigned();
    for (int value = 0; value < number; value++) {
      long hash = in.eightBytes();
      long previous = 0;
      for (long hops = in.unsigned(); hops > 0; hops--) {
        previous += in.signed();
        distinct.insert(distinct.size, hash, previous);
        distinct.counts[distinct.size - 1] = in.unsigned();
      }
    }
    return distinct;
  }
}
