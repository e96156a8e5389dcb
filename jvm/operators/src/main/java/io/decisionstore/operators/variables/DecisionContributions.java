package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;

/**
 * A revision of a decision, as what it means for the entities it names.
 *
 * @param entities each entity's key ({@code use_case/entity}) and contribution, each with its
 *     length before it. A contribution: the id of the kind of entity, the event time, and each
 *     variable for which the decision counts: its id, and with their length before them the
 *     arguments
 */
public record DecisionContributions(String decisionId, int revision, byte[] entities) {
  static final OwnType<DecisionContributions> TYPE =
      new OwnType<>(DecisionContributions.class, new Serializer());

  /** Immutable, so never copied. */
  static final class Serializer extends OwnSerializer<DecisionContributions> {
    private static final long serialVersionUID = 1L;

    Serializer() {
      super(1, true);
    }

    @Override
    void write(DecisionContributions value, ByteWriter out) {
      out.text(value.decisionId);
      out.unsigned(value.revision);
      out.raw(value.entities, 0, value.entities.length);
    }

    @Override
    DecisionContributions read(ByteReader in) {
      String decisionId = in.text();
      int revision = (int) in.unsigned();
      return new DecisionContributions(decisionId, revision, in.raw(in.end() - in.position()));
    }

    @Override
    public Snapshot snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Of the serializer. */
  public static final class Snapshot extends OwnSnapshot<DecisionContributions> {
    @Override
    Serializer current() {
      return new Serializer();
    }
  }
}
