package io.decisionstore.operators.variables;

import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.VariablesPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/**
 * The rows of decisions: {@code decision_id}, {@code revision}, {@code event_time}, and the plan's
 * other fields in their order.
 */
final class DecisionRows {
  static final int DECISION_ID = 0;
  static final int REVISION = 1;
  static final int EVENT_TIME = 2;

  private final Map<String, Integer> positions = new LinkedHashMap<>();
  private final TypeInformation<Row> type;

  DecisionRows(VariablesPlan plan) {
    List<TypeInformation<?>> types = new ArrayList<>(List.of(Types.STRING, Types.INT, Types.LONG));
    positions.put("decision_id", DECISION_ID);
    positions.put("revision", REVISION);
    positions.put("event_time", EVENT_TIME);
    for (Map.Entry<String, ValueType> field : plan.fieldTypes().entrySet()) {
      if (positions.putIfAbsent(field.getKey(), types.size()) == null) {
        types.add(field.getValue().row());
      }
    }
    type =
        Types.ROW_NAMED(
            positions.keySet().toArray(String[]::new), types.toArray(TypeInformation[]::new));
  }

  /** The type of a decision's row. */
  TypeInformation<Row> type() {
    return type;
  }

  /** The type of a change: what to take back (null for a new decision) and what to add. */
  TypeInformation<Row> changeType() {
    return Types.ROW_NAMED(new String[] {"before", "after"}, type, type);
  }

  /** Where a field stands. */
  int position(String field) {
    return positions.get(field);
  }

  /** Where a field stands; null when the plan has no such field any more. */
  Integer positionOrNull(String field) {
    return positions.get(field);
  }

  /** The names of the fields, in their order. */
  Iterable<String> names() {
    return positions.keySet();
  }

  int arity() {
    return positions.size();
  }

  /** The fields by name; null ones too. */
  Map<String, Object> fields(Row decision) {
    Map<String, Object> fields = new HashMap<>();
    positions.forEach((name, position) -> fields.put(name, decision.getField(position)));
    return fields;
  }
}
