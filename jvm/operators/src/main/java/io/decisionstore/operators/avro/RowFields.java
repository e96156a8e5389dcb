package io.decisionstore.operators.avro;

import io.decisionstore.operators.expression.Expression;
import io.decisionstore.operators.plan.PlanField;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.flink.types.Row;

/**
 * Reads the fields of a plan from rows of {@link RowTypes}: those at a path, then the derived ones.
 * Not for several threads.
 */
public final class RowFields {
  private final int[][] paths;
  private final Expression[] derived;

  /**
   * A reader.
   *
   * @param schema of the rows
   * @param fields the plan's, in their order
   * @throws IllegalArgumentException a path leads nowhere, or an expression does not compile
   */
  public RowFields(Schema schema, List<PlanField> fields) {
    paths = new int[fields.size()][];
    derived = new Expression[fields.size()];
    for (int position = 0; position < fields.size(); position++) {
      PlanField field = fields.get(position);
      if (field.path() != null) {
        paths[position] = positions(schema, field.path());
      } else {
        derived[position] =
            Expression.compile(field.expression(), PlanField.types(fields), field.type());
      }
    }
  }

  /** The fields: String, Long, Double, Boolean or null, in the plan's order. */
  public Object[] of(Row row) {
    Object[] fields = new Object[paths.length];
    for (int position = 0; position < fields.length; position++) {
      if (paths[position] != null) {
        fields[position] = at(row, paths[position]);
      }
    }
    for (int position = 0; position < fields.length; position++) {
      if (derived[position] != null) {
        fields[position] = derived[position].valueOrNull(fields);
      }
    }
    return fields;
  }

  private static int[] positions(Schema schema, String path) {
    String[] steps = path.split("\\.");
    int[] positions = new int[steps.length];
    Schema holder = schema;
    for (int step = 0; step < steps.length; step++) {
      Schema record = holder.isUnion() ? RowTypes.withoutNull(holder) : holder;
      Schema.Field field =
          record.getType() == Schema.Type.RECORD ? record.getField(steps[step]) : null;
      if (field == null) {
        throw new IllegalArgumentException("The event's schema has no " + path);
      }
      positions[step] = field.pos();
      holder = field.schema();
    }
    return positions;
  }

  private static Object at(Row row, int[] path) {
    Object value = row;
    for (int position : path) {
      value = value == null ? null : ((Row) value).getField(position);
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    return value instanceof Float number ? (Object) number.doubleValue() : value;
  }
}
