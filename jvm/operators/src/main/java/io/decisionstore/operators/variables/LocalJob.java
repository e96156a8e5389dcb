package io.decisionstore.operators.variables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decisionstore.operators.avro.UnreadableEventException;
import io.decisionstore.operators.plan.VariablesPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The variables job without Flink's runtime: the same code as its operators, on maps and a clock
 * that is moved by hand. Keeps the table that the job would write.
 */
final class LocalJob {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Known(byte[] state, long written) {}

  private final boolean isBytes;
  private final Map<String, Known> decisions = new HashMap<>();
  private final Map<String, Object> entities = new HashMap<>();
  private final Map<String, Map<OverflowKey, byte[]>> overflow = new HashMap<>();
  private final TreeMap<Long, TreeSet<String>> timers = new TreeMap<>();
  private final Map<String, Map<String, JsonNode>> table = new TreeMap<>();
  private long retentionMs;
  private Layout layout;
  private Contributions contributions;
  private Entities core;
  private long now;
  private int written;
  private int deadLetters;

  /**
   * A job without state.
   *
   * @param isBytes whether every access to state goes through the serializers, as on RocksDB
   */
  LocalJob(boolean isBytes) {
    this.isBytes = isBytes;
  }

  /** Runs from here on with a plan, from a savepoint of the state so far. */
  void use(VariablesPlan plan) {
    decisions.values().removeIf(known -> !isKept(known)); // a savepoint has none of them
    layout = new Layout(plan);
    contributions = new Contributions(plan, layout);
    core = new Entities(layout);
    retentionMs = plan.retentionMs();
    restart();
  }

  /** Writes all state and reads it back. */
  void restart() {
    timers.clear();
    for (Map.Entry<String, Object> entity : entities.entrySet()) {
      if (entity.getValue() instanceof EntityState state) {
        entity.setValue(again(serializer(EntityState.TYPE), state.copy()));
      }
      schedule(entity.getKey(), state(entity.getKey()).timer);
    }
  }

  /** Moves the clock; timers fire at their times. */
  void at(long time) {
    while (!timers.isEmpty() && timers.firstKey() <= time) {
      now = Math.max(now, timers.firstKey());
      fire(timers.firstKey(), timers.firstEntry().getValue().first());
    }
    now = time;
  }

  private void fire(long time, String key) {
    EntityState known = state(key);
    unschedule(key, time);
    store(
        key,
        core.fire(known, key, time, time, new LocalOverflow(key), this::write),
        EntityState.NONE);
  }

  /** Takes the value of a Kafka record. */
  void arrives(byte[] value) {
    DecisionContributions revision;
    try {
      revision = contributions.of(value);
    } catch (UnreadableEventException unreadable) {
      deadLetters++;
      return;
    }
    if (isBytes) {
      revision = again(serializer(DecisionContributions.TYPE), revision);
    }
    Known known = decisions.get(revision.decisionId());
    if (NewestRevisions.changes(
        known != null && isKept(known) ? known.state : null, revision, layout, this::changes)) {
      decisions.put(revision.decisionId(), new Known(NewestRevisions.state(revision), now));
    }
  }

  private boolean isKept(Known known) {
    return known.written + retentionMs > now;
  }

  private void changes(EntityChange change) {
    EntityChange arrived = isBytes ? again(serializer(EntityChange.TYPE), change) : change;
    String key = arrived.key();
    EntityState known = state(key);
    long pending = known == null ? EntityState.NONE : known.timer;
    store(key, core.apply(known, arrived, now, new LocalOverflow(key), this::write), pending);
  }

  /** An entity's state; null for none. */
  EntityState state(String key) {
    Object known = entities.get(key);
    return known instanceof byte[] bytes
        ? read(serializer(EntityState.TYPE), bytes)
        : (EntityState) known;
  }

  private void store(String key, EntityState state, long pending) {
    unschedule(key, pending);
    if (state == null) {
      entities.remove(key);
      return;
    }
    entities.put(key, isBytes ? bytes(serializer(EntityState.TYPE), state) : state);
    schedule(key, state.timer);
  }

  private void schedule(String key, long timer) {
    if (timer != EntityState.NONE) {
      timers.computeIfAbsent(timer, time -> new TreeSet<>()).add(key);
    }
  }

  private void unschedule(String key, long timer) {
    TreeSet<String> keys = timers.get(timer);
    if (keys != null && keys.remove(key) && keys.isEmpty()) {
      timers.remove(timer);
    }
  }

  private void write(Item item) {
    written++;
    JsonNode json;
    try {
      json = JSON.readTree(item.json());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    JsonNode before =
        table.computeIfAbsent(item.useCase(), name -> new TreeMap<>()).put(item.entity(), json);
    if (before != null && version(before) >= item.version()) {
      throw new IllegalStateException(
          "The table would refuse version %d of %s.".formatted(item.version(), item.entity()));
    }
  }

  private static long version(JsonNode item) {
    return item.at("/version/N").asLong();
  }

  /** The items of the table as they stand, in DynamoDB JSON, by use case and entity. */
  Map<String, Map<String, JsonNode>> table() {
    return table;
  }

  /** How many items were written since this was asked last. */
  int written() {
    int number = written;
    written = 0;
    return number;
  }

  /** How many values were no events since this was asked last. */
  int deadLetters() {
    int number = deadLetters;
    deadLetters = 0;
    return number;
  }

  /** How many entities are kept. */
  int entities() {
    return entities.size();
  }

  /** How often a variable became too large to be exact, since the last restart. */
  long sketchesBegun() {
    return core.sketchesBegun();
  }

  /** How many entries lie in overflows. */
  int overflowEntries() {
    return overflow.values().stream().mapToInt(Map::size).sum();
  }

  /** How large an entity's state is, without its overflow. */
  int stateBytes(String key) {
    return bytes(serializer(EntityState.TYPE), state(key)).length;
  }

  OverflowEntries overflowOf(String key) {
    return new LocalOverflow(key);
  }

  private static <T> TypeSerializer<T> serializer(OwnType<T> type) {
    return type.createSerializer((org.apache.flink.api.common.serialization.SerializerConfig) null);
  }

  private static <T> T again(TypeSerializer<T> serializer, T value) {
    return read(serializer, bytes(serializer, value));
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) {
    try {
      DataOutputSerializer out = new DataOutputSerializer(256);
      serializer.serialize(value, out);
      return out.getCopyOfBuffer();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static <T> T read(TypeSerializer<T> serializer, byte[] bytes) {
    try {
      return serializer.deserialize(new DataInputDeserializer(bytes));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private final class LocalOverflow extends OverflowEntries {
    private final String entity;

    LocalOverflow(String entity) {
      this.entity = entity;
    }

    private Map<OverflowKey, byte[]> known() {
      return overflow.getOrDefault(entity, Map.of());
    }

    @Override
    Iterator<Map.Entry<OverflowKey, byte[]>> entries() {
      return known().entrySet().iterator();
    }

    @Override
    void swept() {
      if (known().isEmpty()) {
        overflow.remove(entity);
      }
    }

    @Override
    public byte[] get(int variable, byte[] key) {
      return known().get(new OverflowKey(variable, key));
    }

    @Override
    public void put(int variable, byte[] key, byte[] value) {
      OverflowKey entry = new OverflowKey(variable, key);
      overflow
          .computeIfAbsent(entity, name -> new HashMap<>())
          .put(isBytes ? again(serializer(OverflowKey.TYPE), entry) : entry, value.clone());
    }

    @Override
    public void remove(int variable, byte[] key) {
      if (overflow.containsKey(entity)) {
        known().remove(new OverflowKey(variable, key));
      }
    }
  }
}
