package io.decisionstore.operators.plan;

import io.decisionstore.operators.expression.ValueType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What expressions see: a value at a path, or an expression over the fields before it. */
public record PlanField(String name, String path, String expression, ValueType type) {

  /** The types of fields by name, in their order. */
  public static Map<String, ValueType> types(List<PlanField> fields) {
    Map<String, ValueType> types = new LinkedHashMap<>();
    fields.forEach(field -> types.put(field.name(), field.type()));
    return types;
  }
}
