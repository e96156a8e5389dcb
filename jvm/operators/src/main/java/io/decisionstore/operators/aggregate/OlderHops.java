package io.decisionstore.operators.aggregate;

/**
 * Hops of {@link Totals} that are still bytes.
 *
 * @param bytes never changed
 * @param number of hops
 * @param first the bucket of the oldest
 * @param last the bucket of the newest
 */
record OlderHops(byte[] bytes, int from, int to, int number, long first, long last) {

  /** Goes over so many hops, at least one, and remembers where they are. */
  static OlderHops read(int number, boolean withSums, ByteReader in) {
    int from = in.position();
    long first = 0;
    long last = 0;
    for (int at = 0; at < number; at++) {
      last += in.signed();
      first = at == 0 ? last : first;
      in.unsigned();
      if (withSums) {
        ExactSum.skip(in);
      }
    }
    return new OlderHops(in.bytes(), from, in.position(), number, first, last);
  }

  /** A reader of the hops: each bucket less the one before it, its count, and perhaps its sum. */
  ByteReader reader() {
    return new ByteReader(bytes, from, to);
  }

  void write(ByteWriter out) {
    out.raw(bytes, from, to);
  }
}
