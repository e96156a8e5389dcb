package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;
import java.util.Arrays;

/** Where an entry of the overflow lies. It knows its hash: maps of them are copied. */
final class OverflowKey {
  static final OwnType<OverflowKey> TYPE = new OwnType<>(OverflowKey.class, new Serializer());

  private final int variable;
  private final byte[] key;
  private final int hash;

  /**
   * A key.
   *
   * @param variable its id
   * @param key of the entry among those of its variable
   */
  OverflowKey(int variable, byte[] key) {
    this.variable = variable;
    this.key = key;
    this.hash = 31 * variable + Arrays.hashCode(key);
  }

  /** The variable's id. */
  int variable() {
    return variable;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OverflowKey one
        && one.hash == hash
        && one.variable == variable
        && Arrays.equals(one.key, key);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Immutable, so never copied. */
  static final class Serializer extends OwnSerializer<OverflowKey> {
    private static final long serialVersionUID = 1L;

    Serializer() {
      super(1, true);
    }

    @Override
    void write(OverflowKey value, ByteWriter out) {
      out.fourBytes(value.variable);
      out.raw(value.key, 0, value.key.length);
    }

    @Override
    OverflowKey read(ByteReader in) {
      int variable = in.fourBytes();
      return new OverflowKey(variable, in.raw(in.end() - in.position()));
    }

    @Override
    public Snapshot snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Of the serializer. */
  public static final class Snapshot extends OwnSnapshot<OverflowKey> {
    @Override
    Serializer current() {
      return new Serializer();
    }
  }
}
