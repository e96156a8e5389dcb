package io.decisionstore.operators.aggregate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A few entries of one hop as they lie in the overflow together, in no order.
 *
 * @param bytes never changed; empty: nothing lies there
 */
record RankedBlock(byte[] bytes) {
  static final RankedBlock EMPTY = new RankedBlock(new byte[0]);

  static RankedBlock of(Iterable<RankedEntry> entries) {
    ByteWriter out = new ByteWriter();
    entries.forEach(entry -> entry.write(out));
    return new RankedBlock(out.copy());
  }

  boolean isEmpty() {
    return bytes.length == 0;
  }

  List<RankedEntry> entries(Definition definition) {
    List<RankedEntry> entries = new ArrayList<>();
    for (ByteReader in = new ByteReader(bytes); in.hasMore(); ) {
      entries.add(RankedEntry.read(definition, in));
    }
    return entries;
  }

  /** Where the entry of the same decision is, or of the same number of the hop; -1: it is not. */
  int find(Definition definition, RankedEntry entry) {
    ByteReader in = new ByteReader(bytes);
    while (in.hasMore()) {
      int at = in.position();
      if (in.eightBytes() == entry.rank() && (entry.id() == null || in.text().equals(entry.id()))) {
        return at;
      }
      in.skip(at - in.position());
      RankedEntry.skip(definition, in);
    }
    return -1;
  }

  RankedEntry entry(Definition definition, int at) {
    return RankedEntry.read(definition, new ByteReader(bytes, at, bytes.length));
  }

  RankedBlock with(RankedEntry entry) {
    ByteWriter out = new ByteWriter();
    entry.write(out);
    byte[] together = Arrays.copyOf(bytes, bytes.length + out.length());
    System.arraycopy(out.bytes(), 0, together, bytes.length, out.length());
    return new RankedBlock(together);
  }

  RankedBlock without(Definition definition, int at) {
    ByteReader in = new ByteReader(bytes, at, bytes.length);
    RankedEntry.skip(definition, in);
    byte[] left = new byte[bytes.length - (in.position() - at)];
    System.arraycopy(bytes, 0, left, 0, at);
    System.arraycopy(bytes, in.position(), left, at, left.length - at);
    return new RankedBlock(left);
  }
}
