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
 */
record RankedEntry(long rank, long bucket, String id, byte[] arguments, long count) {

  static RankedEntry of(
      Definition definition, Accumulator.Decision decision, ByteReader arguments) {
    long time = decision.eventTime();
    long bucket = definition.hops().bucket(time);
    return switch (definition.aggregate()) {
      case MIN -> new RankedEntry(Arguments.ordered(arguments), bucket, null, null, 1);
      case MAX -> new RankedEntry(~Arguments.ordered(arguments), bucket, null, null, 1);
      case FIRST -> new RankedEntry(time, bucket, decision.id(), rest(arguments), 1);
      default -> new RankedEntry(~time, bucket, decision.id(), rest(arguments), 1);
    };
  }

  private static byte[] rest(ByteReader arguments) {
    return Arrays.copyOfRange(arguments.bytes(), arguments.position(), arguments.end());
  }

  RankedEntry counting(long other) {
    return new RankedEntry(rank, bucket, id, arguments, other);
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
    } else {
      out.text(id);
      out.framed(arguments, 0, arguments.length);
    }
  }

  static RankedEntry read(Definition definition, ByteReader in) {
    long rank = in.eightBytes();
    if (areNumbers(definition)) {
      return new RankedEntry(rank, in.signed(), null, null, in.unsigned());
    }
    return new RankedEntry(rank, bucket(definition, rank), in.text(), in.framed(), 1);
  }

  private static long bucket(Definition definition, long rank) {
    return definition.hops().bucket(definition.aggregate() == Aggregate.FIRST ? rank : ~rank);
  }

  /** Where it lies in the overflow. */
  byte[] key() {
    ByteWriter out = new ByteWriter();
    out.eightBytes(rank);
    if (id == null) {
      out.signed(bucket);
    } else {
      out.text(id);
    }
    return out.copy();
  }

  /** What lies there. */
  byte[] value() {
    if (id != null) {
      return arguments;
    }
    ByteWriter out = new ByteWriter();
    out.unsigned(count);
    return out.copy();
  }

  /** What lies in the overflow. */
  static RankedEntry of(Definition definition, byte[] key, byte[] value) {
    ByteReader in = new ByteReader(key);
    long rank = in.eightBytes();
    if (areNumbers(definition)) {
      return new RankedEntry(rank, in.signed(), null, null, new ByteReader(value).unsigned());
    }
    return new RankedEntry(rank, bucket(definition, rank), in.text(), value, 1);
  }
}
