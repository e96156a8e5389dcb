package io.decisionstore.operators.aggregate;

import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import java.util.Arrays;

/**
 * A decision, or equal numbers of one hop, by the order of an aggregate.
 *
 * @param rank the less the better
 * @param id of the decision; null for numbers
 * @param arguments as {@link Arguments} wrote them; null for numbers
 * @param count of equal numbers
 * @param came the day when it came, of equal numbers the last one; {@link #WINDOWED} with a window
 */
record RankedEntry(long rank, long bucket, String id, byte[] arguments, long count, long came) {
  private static final long WINDOWED = -1;

  static RankedEntry of(
      Definition definition, Accumulator.Decision decision, ByteReader arguments, long now) {
    long time = decision.eventTime();
    long bucket = definition.hops().bucket(time);
    long came = definition.isRankedForEver() ? Definition.day(now) : WINDOWED;
    return switch (definition.aggregate()) {
      case MIN -> new RankedEntry(Arguments.ordered(arguments), bucket, null, null, 1, came);
      case MAX -> new RankedEntry(~Arguments.ordered(arguments), bucket, null, null, 1, came);
      case FIRST -> new RankedEntry(time, bucket, decision.id(), rest(arguments), 1, came);
      default -> new RankedEntry(~time, bucket, decision.id(), rest(arguments), 1, came);
    };
  }

  private static byte[] rest(ByteReader arguments) {
    return Arrays.copyOfRange(arguments.bytes(), arguments.position(), arguments.end());
  }

  RankedEntry counting(long other) {
    return new RankedEntry(rank, bucket, id, arguments, other, came);
  }

  static boolean areNumbers(Definition definition) {
    return definition.aggregate() == Aggregate.MIN || definition.aggregate() == Aggregate.MAX;
  }

  /** Negative if this is better than the other one. */
  int compare(Definition definition, RankedEntry other) {
    int byRank = Long.compare(rank, other.rank);
    if (byRank != 0) {
      return byRank;
    }
    return switch (definition.aggregate()) {
      case MIN, MAX -> Long.compare(bucket, other.bucket);
      case FIRST -> id.compareTo(other.id);
      default -> other.id.compareTo(id);
    };
  }

  /** The number that this is. */
  Object number(Definition definition) {
    long ordered = definition.aggregate() == Aggregate.MIN ? rank : ~rank;
    return definition.type() == ValueType.LONG
        ? (Object) ordered
        : (Object) Arguments.doubleOf(ordered);
  }

  /** The decision's arguments. */
  Object[] values(int number) {
    Object[] values = new Object[number];
    ByteReader in = new ByteReader(arguments);
    for (int argument = 0; argument < number; argument++) {
      values[argument] = Arguments.read(in);
    }
    return values;
  }

  void write(ByteWriter out) {
    out.eightBytes(rank);
    if (id == null) {
      out.signed(bucket);
      out.unsigned(count);
      writeArrival(out);
    } else {
      out.text(id);
      writeArrival(out);
      out.framed(arguments, 0, arguments.length);
    }
  }

  static RankedEntry read(Definition definition, ByteReader in) {
    long rank = in.eightBytes();
    if (areNumbers(definition)) {
      long bucket = in.signed();
      long count = in.unsigned();
      return new RankedEntry(rank, bucket, null, null, count, readArrival(definition, in));
    }
    String id = in.text();
    long came = readArrival(definition, in);
    return new RankedEntry(rank, bucket(definition, rank), id, in.framed(), 1, came);
  }

  /** Reads over what {@link #write} wrote. */
  static void skip(Definition definition, ByteReader in) {
    in.skip(8);
    if (areNumbers(definition)) {
      in.signed();
      in.unsigned();
      readArrival(definition, in);
    } else {
      in.skip((int) in.unsigned());
      readArrival(definition, in);
      in.skip((int) in.unsigned());
    }
  }

  /** The same in every release: it says where an entry lies. */
  int place() {
    int hash = (31 * Long.hashCode(rank) + (id == null ? 0 : id.hashCode())) * 0x9E3779B9;
    return hash ^ hash >>> 15;
  }

  private void writeArrival(ByteWriter out) {
    if (came != WINDOWED) {
      out.unsigned(came);
    }
  }

  private static long readArrival(Definition definition, ByteReader in) {
    return definition.isRankedForEver() ? in.unsigned() : WINDOWED;
  }

  private static long bucket(Definition definition, long rank) {
    return definition.hops().bucket(definition.aggregate() == Aggregate.FIRST ? rank : ~rank);
  }
}
