package io.decisionstore.operators.plan;

import io.decisionstore.operators.expression.ValueType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What variables does; documented in {@code model/plan.py}. */
public record VariablesPlan(
    int version,
    String kind,
    String registryUrl,
    RegisteredSchema eventSchema,
    long retentionMs,
    List<PlanField> fields,
    List<Entity> entities) {

  /** One part of an entity's key. */
  public record Key(String name, String expression) {}

  /** One variable; without a window its value is for ever. */
  public record Variable(
      String name,
      int version,
      Aggregate aggregate,
      List<PlanArgument> arguments,
      Integer limit,
      String where,
      Long windowMs,
      long hopMs,
      ValueType type) {

    /**
     * The attributes of the variable in its item, with their types, as the arguments are ordered.
     */
    public Map<String, ValueType> attributes() {
      Map<String, ValueType> attributes = new LinkedHashMap<>();
      if (arguments.size() > 1) {
        arguments.forEach(
            argument -> attributes.put(name + "__" + argument.name(), argument.type()));
      } else {
        attributes.put(name, type);
      }
      return attributes;
    }
  }

  /** All variables of one use case under one key. */
  public record Entity(String name, String useCase, List<Key> key, List<Variable> variables) {}

  public static VariablesPlan read(String plan) {
    return Plans.read(plan, VariablesPlan.class);
  }

  /** The types of the fields, in their order. */
  public Map<String, ValueType> fieldTypes() {
    return PlanField.types(fields);
  }

  /**
   * An entity by its name.
   *
   * @throws IllegalArgumentException the plan has none of this name
   */
  public Entity entity(String name) {
    return entities.stream()
        .filter(entity -> entity.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("The plan has no entity " + name));
  }
}
