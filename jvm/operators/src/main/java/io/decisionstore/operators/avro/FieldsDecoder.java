package io.decisionstore.operators.avro;

import io.decisionstore.operators.expression.Expression;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.PlanField;
import io.decisionstore.operators.plan.RegisteredSchema;
import io.decisionstore.operators.registry.SchemaRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Reads a decision event's bytes into the fields of a plan: those at a path, straight from the
 * bytes, then the derived ones. It reads and refuses what {@link EventDecoder} reads and refuses.
 * Not for several threads.
 */
public final class FieldsDecoder {
  private record Derived(int position, Expression expression) {}

  private final Schema expected;
  private final WrittenSchemas written;
  private final WantedPaths wanted = new WantedPaths();
  private final Map<Integer, Step> events = new HashMap<>();
  private final AvroBytes bytes = new AvroBytes();
  private final int[] slotOf;
  private final List<Derived> derived = new ArrayList<>();
  private final int decisionId;
  private final int revision;
  private final int eventTime;
  private final int slotNumber;
  private Object[] slots; // new with each event, so that G1 has no old references to look after

  /**
   * A decoder.
   *
   * @param expected the schema the paths are of
   * @param registry asked once for every other schema id
   * @param fields the plan's, in their order
   * @throws IllegalArgumentException an expression does not compile, or a path is not in the schema
   */
  public FieldsDecoder(RegisteredSchema expected, SchemaRegistry registry, List<PlanField> fields) {
    this.expected = expected.parsed();
    written = new WrittenSchemas(expected.id(), this.expected, registry);
    slotOf = new int[fields.size()];
    Map<String, ValueType> types = PlanField.types(fields);
    int free = 0;
    for (int position = 0; position < slotOf.length; position++) {
      PlanField field = fields.get(position);
      if (field.path() == null) {
        slotOf[position] = -1;
        derived.add(
            new Derived(position, Expression.compile(field.expression(), types, field.type())));
      } else {
        slotOf[position] = wanted.add(this.expected, field.path(), field.type(), free);
        free = Math.max(free, slotOf[position] + 1);
      }
    }
    decisionId = wanted.add(this.expected, "decision_id", ValueType.STRING, free);
    revision = wanted.add(this.expected, "revision", ValueType.LONG, free + 1);
    eventTime = wanted.add(this.expected, "event_time", ValueType.LONG, free + 2);
    slotNumber = free + 3;
  }

  /**
   * The fields of the event in a value: String, Long, Double, Boolean or null, in the plan's order.
   * The array is the caller's.
   *
   * @throws UnreadableEventException it is not an event
   * @throws RegistryUnavailableException by {@link SchemaRegistry}: it cannot be known now whether
   *     it is one
   */
  public Object[] decode(byte[] value) throws UnreadableEventException {
    int id = WireFormat.schemaId(value);
    Step event = events.get(id);
    if (event == null) {
      event = event(id);
    }
    slots = new Object[slotNumber];
    bytes.read(value, WireFormat.HEADER_BYTES);
    try {
      event.go(bytes, slots);
    } catch (RuntimeException broken) { // whatever garbage leads to
      throw new UnreadableEventException(
          "the value does not fit its schema: " + broken.getMessage(), broken);
    }
    if (!bytes.atEnd()) {
      throw new UnreadableEventException("the value is longer than its schema says");
    }
    return fields();
  }

  private Step event(int id) throws UnreadableEventException {
    Schema schema = written.of(id);
    try {
      Step event = Steps.of(schema, expected, wanted);
      events.put(id, event);
      return event;
    } catch (RuntimeException unlike) { // a default that is none
      throw new UnreadableEventException(
          "the schema with id %d does not fit: %s".formatted(id, unlike.getMessage()), unlike);
    }
  }

  private Object[] fields() {
    Object[] fields = new Object[slotOf.length];
    for (int position = 0; position < fields.length; position++) {
      int slot = slotOf[position];
      if (slot >= 0) {
        fields[position] = slots[slot];
      }
    }
    for (Derived field : derived) {
      fields[field.position] = field.expression.valueOrNull(fields);
    }
    return fields;
  }

  /** The decision of the last event that was decoded. */
  public String decisionId() {
    return (String) slots[decisionId];
  }

  /** The revision of the last event that was decoded. */
  public int revision() {
    return ((Long) slots[revision]).intValue();
  }

  /** Milliseconds since the epoch, of the last event that was decoded. */
  public long eventTime() {
    return (Long) slots[eventTime];
  }
}
