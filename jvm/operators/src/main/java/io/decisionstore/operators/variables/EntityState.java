package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.Accumulator;
import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;
import io.decisionstore.operators.aggregate.Definition;
import java.util.Arrays;
import java.util.List;

/**
 * All that is kept of one entity, but for the overflow.
 *
 * <p>A variable that was read from bytes stays bytes until it is touched. What is here of variables
 * that the plan does not declare goes when the entity is next touched.
 */
final class EntityState {
  static final OwnType<EntityState> TYPE = new OwnType<>(EntityState.class, new Serializer());

  /** Of {@link #timer}: there is none. */
  static final long NONE = Long.MAX_VALUE;

  private static final int[] NO_IDS = {};

  /** The kind of entity. */
  final int kind;

  /** Of the item that was written last; 0: none was. */
  long version;

  /**
   * The latest moment that the entity has seen: what has expired stays so if a clock is set back.
   */
  long clock;

  /** When the one pending timer fires, which is not after the end of any hop. */
  long timer = NONE;

  /** Of the variables the last item was written with. */
  int fingerprint;

  private int[] ids = NO_IDS;
  private Accumulator[] parsed = {}; // null: still bytes, or nothing counts
  private byte[] bytes; // never changed
  private int[] from = NO_IDS; // in the bytes; -1: not there
  private int[] to = NO_IDS;

  EntityState(int kind) {
    this.kind = kind;
  }

  /**
   * Brings the variables into the order of the plan.
   *
   * @return whether there were others, which are gone now
   */
  boolean align(List<Definition> variables) {
    if (isAligned(variables)) {
      return false;
    }
    int number = variables.size();
    int[] oldIds = ids;
    Accumulator[] oldParsed = parsed;
    int[] oldFrom = from;
    int[] oldTo = to;
    ids = new int[number];
    parsed = new Accumulator[number];
    from = new int[number];
    to = new int[number];
    int found = 0;
    for (int at = 0; at < number; at++) {
      ids[at] = variables.get(at).id();
      from[at] = -1;
      for (int old = 0; old < oldIds.length; old++) {
        if (oldIds[old] == ids[at]) {
          parsed[at] = oldParsed[old];
          from[at] = oldFrom[old];
          to[at] = oldTo[old];
          found++;
        }
      }
    }
    return found < oldIds.length;
  }

  private boolean isAligned(List<Definition> variables) {
    if (ids.length != variables.size()) {
      return false;
    }
    for (int at = 0; at < ids.length; at++) {
      if (ids[at] != variables.get(at).id()) {
        return false;
      }
    }
    return true;
  }

  /** What is kept of a variable; null for nothing. */
  Accumulator get(int at, Definition definition) {
    if (parsed[at] == null && from[at] >= 0) {
      parsed[at] = Accumulator.read(definition, new ByteReader(bytes, from[at], to[at]));
      from[at] = -1;
    }
    return parsed[at];
  }

  Accumulator getOrCreate(int at, Definition definition) {
    Accumulator known = get(at, definition);
    if (known == null) {
      known = Accumulator.of(definition);
      parsed[at] = known;
    }
    return known;
  }

  void drop(int at) {
    parsed[at] = null;
  }

  /** The values of a variable, without reading more of it than that. */
  Object[] values(int at, Definition definition) {
    if (parsed[at] != null) {
      return parsed[at].values(definition);
    }
    return from[at] < 0
        ? Accumulator.noValues(definition)
        : Accumulator.valuesIn(definition, new ByteReader(bytes, from[at], to[at]));
  }

  boolean isEmpty() {
    for (int at = 0; at < ids.length; at++) {
      if (parsed[at] != null || from[at] >= 0) {
        return false;
      }
    }
    return true;
  }

  EntityState copy() {
    EntityState copy = new EntityState(kind);
    copy.version = version;
    copy.clock = clock;
    copy.timer = timer;
    copy.fingerprint = fingerprint;
    copy.ids = ids; // align makes new ones
    copy.parsed = new Accumulator[parsed.length];
    for (int at = 0; at < parsed.length; at++) {
      copy.parsed[at] = parsed[at] == null ? null : parsed[at].copy();
    }
    copy.bytes = bytes;
    copy.from = from.clone();
    copy.to = to;
    return copy;
  }

  void write(ByteWriter out) {
    out.fourBytes(kind);
    out.unsigned(version);
    out.unsigned(clock);
    out.unsigned(timer == NONE ? 0 : timer);
    out.fourBytes(fingerprint);
    for (int at = 0; at < ids.length; at++) {
      if (parsed[at] == null && from[at] < 0) {
        continue;
      }
      out.fourBytes(ids[at]);
      if (parsed[at] == null) {
        out.framed(bytes, from[at], to[at]);
      } else {
        int before = out.beginFrame();
        parsed[at].write(out);
        out.endFrame(before);
      }
    }
  }

  static EntityState read(ByteReader in) {
    EntityState state = new EntityState(in.fourBytes());
    state.version = in.unsigned();
    state.clock = in.unsigned();
    long timer = in.unsigned();
    state.timer = timer == 0 ? NONE : timer;
    state.fingerprint = in.fourBytes();
    state.bytes = in.bytes();
    int[] ids = new int[16];
    int[] from = new int[16];
    int[] to = new int[16];
    int number = 0;
    while (in.hasMore()) {
      if (number == ids.length) {
        ids = Arrays.copyOf(ids, 2 * number);
        from = Arrays.copyOf(from, 2 * number);
        to = Arrays.copyOf(to, 2 * number);
      }
      ids[number] = in.fourBytes();
      int length = (int) in.unsigned();
      from[number] = in.position();
      in.skip(length);
      to[number] = in.position();
      number++;
    }
    state.ids = Arrays.copyOf(ids, number);
    state.from = Arrays.copyOf(from, number);
    state.to = Arrays.copyOf(to, number);
    state.parsed = new Accumulator[number];
    return state;
  }

  /** Of the heap's and RocksDB's state, and of savepoints. */
  static final class Serializer extends OwnSerializer<EntityState> {
    private static final long serialVersionUID = 1L;

    Serializer() {
      super(1, false);
    }

    @Override
    void write(EntityState value, ByteWriter out) {
      value.write(out);
    }

    @Override
    EntityState read(ByteReader in) {
      return EntityState.read(in);
    }

    @Override
    public EntityState copy(EntityState from) {
      return from.copy();
    }

    @Override
    public Snapshot snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Of the serializer. */
  public static final class Snapshot extends OwnSnapshot<EntityState> {
    @Override
    Serializer current() {
      return new Serializer();
    }
  }
}
