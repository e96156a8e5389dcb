package io.decisionstore.operators.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;
import java.util.Arrays;

/**
 * What is known of one customer's decisions, oldest first, in the bytes that are the state.
 *
 * <p>The bytes are read where they lie: a look finds its window by bisection and decodes what it
 * needs; a change copies them once. In order of time, then of the decisions' ids in Java's order.
 *
 * <pre>
 * version 1: one byte 1, then for each decision
 *   length of what follows (unsigned) | event time (8 bytes) | revision (unsigned) | id (text) |
 *   what it contributes: for each, in order of ids, id (4 bytes) | length | {@link Contribution}
 * </pre>
 */
final class PastDecisions {
  static final int VERSION = 1;

  /** Nothing is known. */
  static final PastDecisions NONE = new PastDecisions(new byte[] {VERSION});

  private static final int TIME_BYTES = 8;

  private final byte[] bytes;

  /** Where each decision's length stands; then where the last one ends. */
  private int[] lengths = new int[17];

  /** Where each decision begins, behind its length. */
  private int[] starts = new int[17];

  private int size;

  private PastDecisions(byte[] bytes) {
    this.bytes = bytes;
    ByteReader in = new ByteReader(bytes);
    in.skip(1);
    while (in.hasMore()) {
      if (size + 1 == starts.length) {
        lengths = Arrays.copyOf(lengths, 2 * size + 2);
        starts = Arrays.copyOf(starts, 2 * size + 2);
      }
      lengths[size] = in.position();
      int length = (int) in.unsigned();
      starts[size++] = in.position();
      in.skip(length);
    }
    lengths[size] = bytes.length;
  }

  /**
   * The decisions in a state.
   *
   * @param state null when there is none
   * @throws IllegalStateException it was written by a newer release
   */
  static PastDecisions of(byte[] state) {
    if (state == null) {
      return NONE;
    }
    if (state[0] != VERSION) {
      throw new IllegalStateException(
          "The state of enrich has version %d and this release knows %d: run the release that wrote it."
              .formatted(state[0], VERSION));
    }
    return new PastDecisions(state);
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** Epoch milliseconds. */
  long time(int decision) {
    return at(decision).eightBytes();
  }

  int revision(int decision) {
    return (int) afterTime(decision).unsigned();
  }

  String id(int decision) {
    ByteReader in = afterTime(decision);
    in.unsigned();
    return in.text();
  }

  /** Sets a reader before what a decision contributes; it ends behind it. */
  void readContributions(int decision, ByteReader in) {
    in.reset(bytes, starts[decision] + TIME_BYTES, lengths[decision + 1]);
    in.unsigned();
    in.skip((int) in.unsigned());
  }

  /** Where a decision is; -1 when it is not known. */
  int indexOf(String id) {
    byte[] wanted = id.getBytes(UTF_8);
    ByteReader in = new ByteReader(bytes);
    for (int decision = 0; decision < size; decision++) {
      in.reset(bytes, starts[decision] + TIME_BYTES, lengths[decision + 1]);
      in.unsigned();
      int length = (int) in.unsigned();
      int from = in.position();
      if (length == wanted.length && Arrays.equals(bytes, from, from + length, wanted, 0, length)) {
        return decision;
      }
    }
    return -1;
  }

  /** How many decisions are of this time or earlier. */
  int until(long time) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (time(middle) <= time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The decisions with one more, or with another revision of one.
   *
   * @param replaced where the older revision is; -1 when there is none
   * @param contributions as they stand in the state
   */
  PastDecisions with(String id, long time, int revision, ByteWriter contributions, int replaced) {
    ByteWriter added = new ByteWriter();
    append(added, id, time, revision, contributions);
    int place = lengths[place(id, time)];
    int gap = replaced < 0 ? 0 : lengths[replaced];
    int gapEnd = replaced < 0 ? 0 : lengths[replaced + 1];
    byte[] changed = new byte[bytes.length - (gapEnd - gap) + added.length()];
    int end = copy(0, place, gap, gapEnd, changed, 0);
    System.arraycopy(added.bytes(), 0, changed, end, added.length());
    copy(place, bytes.length, gap, gapEnd, changed, end + added.length());
    return new PastDecisions(changed);
  }

  /** Writes one decision as it stands in the state. */
  static void append(ByteWriter out, String id, long time, int revision, ByteWriter contributions) {
    ByteWriter decision = new ByteWriter();
    decision.eightBytes(time);
    decision.unsigned(revision);
    decision.text(id);
    decision.raw(contributions.bytes(), 0, contributions.length());
    out.framed(decision.bytes(), 0, decision.length());
  }

  /** The decisions without the oldest ones. */
  PastDecisions withoutOldest(int count) {
    byte[] left = new byte[1 + bytes.length - lengths[count]];
    left[0] = VERSION;
    System.arraycopy(bytes, lengths[count], left, 1, left.length - 1);
    return new PastDecisions(left);
  }

  /** How many of the oldest must go so that what stays is no more than this. */
  int beyond(int most, int mostBytes) {
    int count = Math.max(0, size - most);
    while (count < size && bytes.length - lengths[count] > mostBytes) {
      count++;
    }
    return count;
  }

  private int place(String id, long time) {
    int place = until(time);
    while (place > 0 && time(place - 1) == time && id(place - 1).compareTo(id) > 0) {
      place--;
    }
    return place;
  }

  /** Copies bytes without those of a gap; returns the end of the copy. */
  private int copy(int from, int to, int gap, int gapEnd, byte[] out, int at) {
    int before = Math.max(0, Math.min(to, gap) - from);
    System.arraycopy(bytes, from, out, at, before);
    int rest = Math.max(from, gapEnd);
    int behind = Math.max(0, to - rest);
    System.arraycopy(bytes, rest, out, at + before, behind);
    return at + before + behind;
  }

  private ByteReader at(int decision) {
    return new ByteReader(bytes, starts[decision], lengths[decision + 1]);
  }

  private ByteReader afterTime(int decision) {
    ByteReader in = at(decision);
    in.skip(TIME_BYTES);
    return in;
  }
}
