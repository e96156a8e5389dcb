package io.decisionstore.operators.avro;

import io.decisionstore.operators.expression.Expression;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.PlanField;
import io.decisionstore.operators.plan.RegisteredSchema;
import io.decisionstore.operators.registry.SchemaRegistry;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;

/**
 * Reads a decision event's bytes into the fields of a plan: those at a path, then the derived ones.
 * Not for several threads.
 */
public final class FieldsDecoder {
  private final EventDecoder events;
  private final String[][] paths;
  private final Expression[] derived;
  private String decisionId;
  private int revision;
  private long eventTime;

  /**
   * A decoder.
   *
   * @param expected the schema the paths are of
   * @param registry asked once for every other schema id
   * @param fields the plan's, in their order
   * @throws IllegalArgumentException an expression does not compile
   */
  public FieldsDecoder(RegisteredSchema expected, SchemaRegistry registry, List<PlanField> fields) {
    events = new EventDecoder(expected, registry);
    paths = new String[fields.size()][];
    derived = new Expression[fields.size()];
    Map<String, ValueType> types = PlanField.types(fields);
    for (int position = 0; position < fields.size(); position++) {
      PlanField field = fields.get(position);
      if (field.path() != null) {
        paths[position] = field.path().split("\\.");
      } else {
        derived[position] = Expression.compile(field.expression(), types, field.type());
      }
    }
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
    GenericRecord event = events.decode(value);
    decisionId = event.get("decision_id").toString();
    revision = (Integer) event.get("revision");
    eventTime = (Long) event.get("event_time");
    Object[] fields = new Object[paths.length];
    for (int position = 0; position < fields.length; position++) {
      if (paths[position] != null) {
        fields[position] = at(event, paths[position]);
      }
    }
    for (int position = 0; position < fields.length; position++) {
      if (derived[position] != null) {
        fields[position] = derived[position].valueOrNull(fields);
      }
    }
    return fields;
  }

  /** The decision of the last event that was decoded. */
  public String decisionId() {
    return decisionId;
  }

  /** The revision of the last event that was decoded. */
  public int revision() {
    return revision;
  }

  /** Milliseconds since the epoch, of the last event that was decoded. */
  public long eventTime() {
    return eventTime;
  }

  private static Object at(GenericRecord event, String[] path) {
    Object value = event;
    for (String step : path) {
      value = value instanceof GenericRecord record ? record.get(step) : null;
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    boolean asIs =
        value == null
            || value instanceof Long
            || value instanceof Double
            || value instanceof Boolean;
    return asIs ? value : value.toString(); // Avro's own text, or an enum's symbol
  }
}
