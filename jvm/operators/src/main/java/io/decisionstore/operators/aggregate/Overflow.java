package io.decisionstore.operators.aggregate;

/**
 * Where an accumulator of one entity lays what it rarely needs, beside the value that is read with
 * every event. Keys are of a variable.
 */
public interface Overflow {
  /** The value, or null. */
  byte[] get(int variable, byte[] key);

  void put(int variable, byte[] key, byte[] value);

  void remove(int variable, byte[] key);

  /** Removes all entries of variables that are not these. */
  void retain(java.util.function.IntPredicate variables);
}
