package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The newest revision of each decision: what was seen before, or is older, is dropped; a newer one
 * takes back what the one it replaces has added, as it was added, whatever is declared by now.
 */
final class NewestRevisions {
  /** Of the state's bytes: this, the revision, the entities as they were handed on. */
  private static final int FORMAT = 1;

  private NewestRevisions() {}

  private record Named(String key, byte[] contribution) {}

  /** The state of a decision whose newest revision this is. */
  static byte[] state(DecisionContributions newest) {
    ByteWriter out = new ByteWriter();
    out.oneByte(FORMAT);
    out.unsigned(newest.revision());
    out.raw(newest.entities(), 0, newest.entities().length);
    return out.copy();
  }

  /**
   * What a revision changes.
   *
   * <p>Where it says of an entity what the one before it said, the entity is told only if it
   * remembers when decisions came: this one is remembered anew.
   *
   * @param known the decision's state; null for none
   * @param layout of what is declared
   * @param out what changes for each entity
   * @return whether it is the newest
   */
  static boolean changes(
      byte[] known, DecisionContributions revision, Layout layout, Consumer<EntityChange> out) {
    List<Named> before = List.of();
    if (known != null) {
      ByteReader state = new ByteReader(known);
      int format = state.oneByte();
      if (format > FORMAT) {
        throw new IllegalStateException(OwnSnapshot.newer(NewestRevisions.class, format, FORMAT));
      }
      if (revision.revision() <= (int) state.unsigned()) {
        return false;
      }
      before = named(state);
    }
    ByteReader after = new ByteReader(revision.entities());
    while (after.hasMore()) {
      Named added = new Named(after.text(), after.framed());
      byte[] takenBack = takeOut(before, added.key);
      if (!Arrays.equals(takenBack, added.contribution)
          || remembersArrivals(layout, added.contribution)) {
        out.accept(
            new EntityChange(added.key, revision.decisionId(), takenBack, added.contribution));
      }
    }
    for (Named left : before) {
      out.accept(new EntityChange(left.key, revision.decisionId(), left.contribution, null));
    }
    return true;
  }

  private static boolean remembersArrivals(Layout layout, byte[] contribution) {
    Layout.OfEntity entity = layout.entity(new ByteReader(contribution).fourBytes());
    return entity != null && entity.remembersArrivals();
  }

  private static List<Named> named(ByteReader in) {
    List<Named> named = new ArrayList<>();
    while (in.hasMore()) {
      named.add(new Named(in.text(), in.framed()));
    }
    return named;
  }

  private static byte[] takeOut(List<Named> before, String key) {
    for (int at = 0; at < before.size(); at++) {
      if (before.get(at).key.equals(key)) {
        return before.remove(at).contribution;
      }
    }
    return null;
  }
}
