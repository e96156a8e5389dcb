package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;
import java.util.Arrays;

/**
 * Where an entry of the overflow lies.
 *
 * @param variable its id
 * @param key of the entry among those of its variable
 */
record OverflowKey(int variable, byte[] key) {
  static final OwnType<OverflowKey> TYPE = new OwnType<>(OverflowKey.class, new Serializer());

  @Override
  public boolean equals(Object other) {
    return other instanceof OverflowKey one
        && one.variable == variable
        && Arrays.equals(one.key, key);
  }

  @Override
  public int hashCode() {
    return 31 * variable + Arrays.hashCode(key);
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
