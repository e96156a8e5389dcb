package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;

/**
 * What a decision's newest revision changes for one entity.
 *
 * @param key {@code use_case/entity}
 * @param before the contribution to take back, exactly as it was added; null for none
 * @param after the contribution to add; null for none
 */
public record EntityChange(String key, String decisionId, byte[] before, byte[] after) {
  static final OwnType<EntityChange> TYPE = new OwnType<>(EntityChange.class, new Serializer());

  /** Immutable, so never copied. */
  static final class Serializer extends OwnSerializer<EntityChange> {
    private static final long serialVersionUID = 1L;

    Serializer() {
      super(1, true);
    }

    @Override
    void write(EntityChange value, ByteWriter out) {
      out.text(value.key);
      out.text(value.decisionId);
      write(value.before, out);
      write(value.after, out);
    }

    /** A contribution is never empty. */
    private static void write(byte[] contribution, ByteWriter out) {
      if (contribution == null) {
        out.unsigned(0);
      } else {
        out.framed(contribution, 0, contribution.length);
      }
    }

    @Override
    EntityChange read(ByteReader in) {
      return new EntityChange(in.text(), in.text(), contribution(in), contribution(in));
    }

    private static byte[] contribution(ByteReader in) {
      byte[] contribution = in.framed();
      return contribution.length == 0 ? null : contribution;
    }

    @Override
    public Snapshot snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Of the serializer. */
  public static final class Snapshot extends OwnSnapshot<EntityChange> {
    @Override
    Serializer current() {
      return new Serializer();
    }
  }
}
