package io.decisionstore.operators.aggregate;

/**
 * What is kept of the decisions of one variable of one entity. It depends on the set of decisions
 * that were added, not taken back and not expired, and not on their order.
 *
 * <p>An accumulator does not know its {@link Definition}: there are millions of the one and few of
 * the other. Callers expire what is due before anything else, and add nothing that is expired.
 */
public abstract class Accumulator {
  /** An empty one. */
  public static Accumulator of(Definition definition) {
    return switch (definition.aggregate()) {
      case COUNT, SUM, AVG -> new Totals(definition);
      case MIN, MAX, FIRST, LAST, LAST_K -> new Ranked();
      case DISTINCT -> new Distinct();
    };
  }

  /** What {@link #write} wrote. */
  public static Accumulator read(Definition definition, ByteReader in) {
    return switch (definition.aggregate()) {
      case COUNT, SUM, AVG -> Totals.parse(definition, in);
      case MIN, MAX, FIRST, LAST, LAST_K -> Ranked.parse(definition, in);
      case DISTINCT -> Distinct.parse(in);
    };
  }

  /** The values in what {@link #write} wrote, as {@link #values} gives them, and no more of it. */
  public static Object[] valuesIn(Definition definition, ByteReader in) {
    return switch (definition.aggregate()) {
      case COUNT, SUM, AVG -> Totals.peek(definition, in);
      case MIN, MAX, FIRST, LAST, LAST_K -> Ranked.peek(definition, in);
      case DISTINCT -> Distinct.peek(in);
    };
  }

  /** The values of a variable for which nothing counts. */
  public static Object[] noValues(Definition definition) {
    Object[] values = new Object[definition.attributes().size()];
    switch (definition.aggregate()) {
      case COUNT, DISTINCT -> values[0] = 0L;
      case SUM ->
          values[0] =
              definition.type() == io.decisionstore.operators.expression.ValueType.LONG
                  ? (Object) 0L
                  : (Object) 0.0;
      default -> {}
    }
    return values;
  }

  /** A decision, as an accumulator sees it. */
  public record Decision(long eventTime, String id) {}

  /**
   * Adds a decision.
   *
   * @param arguments at the values of the arguments, as {@link Arguments} wrote them
   * @param now on the wall clock
   */
  public abstract void add(
      Definition definition, Decision decision, ByteReader arguments, long now, Overflow overflow);

  /** Takes back what was added; what was not is left alone. */
  public abstract void takeBack(
      Definition definition, Decision decision, ByteReader arguments, long now, Overflow overflow);

  /** Drops the hops whose end has come. */
  public abstract void expire(Definition definition, long now, Overflow overflow);

  /** When the first hop ends; the largest long: never. */
  public abstract long nextExpiry(Definition definition);

  /** Whether nothing is kept, here and in the overflow. */
  public abstract boolean isEmpty();

  /** Whether the value is an estimate now. */
  public boolean isSketch() {
    return false;
  }

  /**
   * One value an attribute: String, Long, Double, Boolean, null for none, or a List of such (of
   * last_k).
   */
  public abstract Object[] values(Definition definition);

  /**
   * What says whether the values change: it equals a later one if and only if the values are equal;
   * null if they are all null. Other than the values it is cheap to make.
   */
  public Object mark(Definition definition) {
    return values(definition)[0];
  }

  /** A copy that shares nothing that changes. */
  public abstract Accumulator copy();

  public abstract void write(ByteWriter out);
}
