package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;

/**
 * What state is kept by: the identity of a decision, the key of an entity. Flink's own serializer
 * of texts writes character by character, which was a tenth of the job's whole work when the state
 * is on the heap and every checkpoint writes all of it.
 */
final class StateKey {
  static final OwnType<String> TYPE = new OwnType<>(String.class, new Serializer());

  private StateKey() {}

  /** Immutable, so never copied. */
  static final class Serializer extends OwnSerializer<String> {
    private static final long serialVersionUID = 1L;

    Serializer() {
      super(1, true);
    }

    @Override
    void write(String value, ByteWriter out) {
      out.text(value);
    }

    @Override
    String read(ByteReader in) {
      return in.text();
    }

    @Override
    public Snapshot snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Of the serializer. */
  public static final class Snapshot extends OwnSnapshot<String> {
    @Override
    Serializer current() {
      return new Serializer();
    }
  }
}
