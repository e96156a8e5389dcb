package io.decisionstore.operators.enrich;

import io.decisionstore.operators.expression.Expression;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.PlanField;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.types.Row;

/** A plan's fields, read from rows of the event schema; then those that are derived from them. */
final class EventFields {
  private final int[][] paths;
  private final Expression[] derived;

  /**
   * The fields of a plan.
   *
   * @throws IllegalArgumentException a path is not in the schema, or an expression does not compile
   */
  EventFields(List<PlanField> fields, Schema event) {
    paths = new int[fields.size()][];
    derived = new Expression[fields.size()];
    Map<String, ValueType> types = PlanField.types(fields);
    for (int position = 0; position < fields.size(); position++) {
      PlanField field = fields.get(position);
      if (field.path() != null) {
        paths[position] = positions(field.path(), event);
      } else {
        derived[position] = Expression.compile(field.expression(), types, field.type());
      }
    }
  }

  /** String, Long, Double, Boolean or null, in the plan's order. */
  Object[] of(Row event) {
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

  private static int[] positions(String path, Schema event) {
    String[] steps = path.split("\\.");
    int[] positions = new int[steps.length];
    Schema current = event;
    for (int step = 0; step < steps.length; step++) {
      Schema.Field field =
          current.getType() == Schema.Type.RECORD ? current.getField(steps[step]) : null;
      if (field == null) {
        throw new IllegalArgumentException("The event's schema has nothing at " + path + ".");
      }
      positions[step] = field.pos();
      current = field.schema();
    }
    return positions;
  }

  private static Object at(Row event, int[] path) {
    Object value = event;
    for (int step : path) {
      value = value instanceof Row row ? row.getField(step) : null;
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    return value instanceof Float number ? (Object) number.doubleValue() : value;
  }
}
