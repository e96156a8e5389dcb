package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.Accumulator;
import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.Definition;
import io.decisionstore.operators.aggregate.Overflow;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps the variables of entities: applies changes and the passing of time to an entity's state,
 * and writes its item whenever a value changed. Not for several threads.
 */
final class Entities {
  /**
   * How long the version of an entity without values is kept: one that begins anew takes its
   * version from the clock, which may be another machine's by then.
   */
  static final long FORGET_AFTER_MS = 3_600_000;

  private static final Object NOTHING = new Object();

  private final Layout layout;
  private final Item.Writer writer = new Item.Writer();
  private long sketchesBegun;

  Entities(Layout layout) {
    this.layout = layout;
  }

  /**
   * Applies a change.
   *
   * @param known the entity's state, which is changed; null for none
   * @param wallClock ms since the epoch
   * @param out the item, if a value changed
   * @return the state; null when nothing is kept
   */
  EntityState apply(
      EntityState known,
      EntityChange change,
      long wallClock,
      Overflow overflow,
      Consumer<Item> out) {
    byte[] some = change.after() == null ? change.before() : change.after();
    int kind = new ByteReader(some).fourBytes();
    Layout.OfEntity entity = layout.entity(kind);
    if (entity == null) {
      return forgotten(overflow); // only the revision that is taken back named such an entity
    }
    EntityState state = known == null ? new EntityState(kind) : known;
    boolean changed = begin(state, entity, overflow);
    state.clock = Math.max(state.clock, wallClock);
    if (state.timer <= state.clock) {
      changed |= expire(state, entity, overflow);
    }
    Object[] marks = new Object[entity.variables().size()];
    if (change.before() != null) {
      contribute(state, entity, change.decisionId(), change.before(), true, marks, overflow);
    }
    if (change.after() != null) {
      contribute(state, entity, change.decisionId(), change.after(), false, marks, overflow);
    }
    for (int at = 0; at < marks.length; at++) {
      if (marks[at] != null) {
        changed |= !marks[at].equals(mark(state, at, entity.variables().get(at)));
        dropIfEmpty(state, at, entity.variables().get(at));
      }
    }
    emit(state, change.key(), entity, changed, out);
    return state;
  }

  /**
   * Lets a timer fire.
   *
   * @param known the entity's state, which is changed
   * @param time the timer's
   * @param wallClock ms since the epoch
   * @param out the item, if a value changed
   * @return the state; null when nothing is kept
   */
  EntityState fire(
      EntityState known,
      String key,
      long time,
      long wallClock,
      Overflow overflow,
      Consumer<Item> out) {
    Layout.OfEntity entity = layout.entity(known.kind);
    if (entity == null) {
      return forgotten(overflow);
    }
    boolean changed = begin(known, entity, overflow);
    long now = Math.max(time, wallClock);
    if (known.isEmpty() && !changed) {
      if (now >= known.clock + FORGET_AFTER_MS) {
        return forgotten(overflow);
      }
      known.timer = known.clock + FORGET_AFTER_MS;
      return known;
    }
    known.clock = Math.max(known.clock, now);
    changed |= expire(known, entity, overflow);
    emit(known, key, entity, changed, out);
    return known;
  }

  /** How often a variable became too large to be exact. */
  long sketchesBegun() {
    return sketchesBegun;
  }

  private static EntityState forgotten(Overflow overflow) {
    overflow.retain(variable -> false);
    return null;
  }

  /** Brings a state into this plan's order; whether its item is not of this plan. */
  private static boolean begin(EntityState state, Layout.OfEntity entity, Overflow overflow) {
    if (state.align(entity.variables())) {
      overflow.retain(id -> entity.variables().stream().anyMatch(one -> one.id() == id));
    }
    boolean changed = state.fingerprint != entity.fingerprint() || state.version == 0;
    state.fingerprint = entity.fingerprint();
    return changed;
  }

  /**
   * Adds a contribution, or takes it back.
   *
   * @param marks what the variables it touches were like before
   */
  private void contribute(
      EntityState state,
      Layout.OfEntity entity,
      String decisionId,
      byte[] bytes,
      boolean back,
      Object[] marks,
      Overflow overflow) {
    ByteReader contribution = new ByteReader(bytes);
    contribution.fourBytes();
    Accumulator.Decision decision = new Accumulator.Decision(contribution.signed(), decisionId);
    List<Definition> variables = entity.variables();
    int next = 0;
    while (contribution.hasMore()) {
      int id = contribution.fourBytes();
      int length = (int) contribution.unsigned();
      int from = contribution.position();
      contribution.skip(length);
      int at = find(variables, id, next);
      if (at < 0) {
        continue; // it is declared no more
      }
      next = at + 1;
      Definition variable = variables.get(at);
      long end = variable.hops().end(variable.hops().bucket(decision.eventTime()));
      if (end <= state.clock) {
        continue; // it does not count any more: if it did, it went with its hop
      }
      if (marks[at] == null) {
        marks[at] = mark(state, at, variable);
      }
      ByteReader arguments = new ByteReader(bytes, from, from + length);
      if (!back) {
        add(state.getOrCreate(at, variable), variable, decision, arguments, state.clock, overflow);
        state.timer = Math.min(state.timer, end);
        continue;
      }
      Accumulator known = state.get(at, variable);
      if (known != null) {
        known.takeBack(variable, decision, arguments, state.clock, overflow);
      }
    }
  }

  private void add(
      Accumulator accumulator,
      Definition variable,
      Accumulator.Decision decision,
      ByteReader arguments,
      long now,
      Overflow overflow) {
    boolean wasSketch = accumulator.isSketch();
    accumulator.add(variable, decision, arguments, now, overflow);
    if (accumulator.isSketch() && !wasSketch) {
      sketchesBegun++;
    }
  }

  /** What changes if and only if the variable's values do; never null. */
  private static Object mark(EntityState state, int at, Definition variable) {
    Accumulator accumulator = state.get(at, variable);
    Object mark =
        accumulator == null ? Accumulator.noValues(variable)[0] : accumulator.mark(variable);
    return mark == null ? NOTHING : mark;
  }

  /** Contributions name variables in the order of the plan they were made with. */
  private static int find(List<Definition> variables, int id, int next) {
    for (int at = next; at < variables.size(); at++) {
      if (variables.get(at).id() == id) {
        return at;
      }
    }
    for (int at = 0; at < next; at++) {
      if (variables.get(at).id() == id) {
        return at;
      }
    }
    return -1;
  }

  /** Drops what has ended and sets the timer to the next end; whether a value changed. */
  private static boolean expire(EntityState state, Layout.OfEntity entity, Overflow overflow) {
    boolean changed = false;
    long next = EntityState.NONE;
    for (int at = 0; at < entity.variables().size(); at++) {
      Definition variable = entity.variables().get(at);
      Accumulator accumulator = state.get(at, variable);
      if (accumulator == null) {
        continue;
      }
      if (accumulator.nextExpiry(variable) <= state.clock) {
        Object values = mark(state, at, variable);
        accumulator.expire(variable, state.clock, overflow);
        changed |= !values.equals(mark(state, at, variable));
        dropIfEmpty(state, at, variable);
      }
      next = Math.min(next, accumulator.nextExpiry(variable));
    }
    state.timer = next;
    return changed;
  }

  private static void dropIfEmpty(EntityState state, int at, Definition variable) {
    Accumulator accumulator = state.get(at, variable);
    if (accumulator != null && accumulator.isEmpty()) {
      state.drop(at);
    }
  }

  private void emit(
      EntityState state, String key, Layout.OfEntity entity, boolean changed, Consumer<Item> out) {
    if (changed) {
      state.version = Math.max(state.version + 1, Math.multiplyExact(state.clock, 1_000L));
      out.accept(writer.write(key, entity, state));
    }
    if (state.isEmpty()) {
      state.timer = Math.min(state.timer, state.clock + FORGET_AFTER_MS);
    }
  }
}
