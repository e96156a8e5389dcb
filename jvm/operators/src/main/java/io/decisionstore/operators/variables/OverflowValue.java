package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;

/**
 * What lies in the overflow: bytes that are never changed. Flink's own serializer of bytes copies
 * them, of all of an entity's entries, whenever one is touched for the first time after a
 * checkpoint.
 */
final class OverflowValue {
  static final OwnType<byte[]> TYPE = new OwnType<>(byte[].class, new Serializer());

  private OverflowValue() {}

  /** Immutable, so never copied. */
  static final class Serializer extends OwnSerializer<byte[]> {
    private static final long serialVersionUID = 1L;

    Serializer() {
      super(1, true);
    }

    @Override
    void write(byte[] value, ByteWriter out) {
      out.raw(value, 0, value.length);
    }

    @Override
    byte[] read(ByteReader in) {
      return in.raw(in.end() - in.position());
    }

    @Override
    public Snapshot snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Of the serializer. */
  public static final class Snapshot extends OwnSnapshot<byte[]> {
    @Override
    Serializer current() {
      return new Serializer();
    }
  }
}
