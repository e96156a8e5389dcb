package io.decisionstore.operators.plan;

import io.decisionstore.operators.expression.ValueType;
import java.util.List;

/** What validate, assemble, enrich and encode do; documented in {@code model/plan.py}. */
public record DecisionEventsPlan(
    int version,
    String kind,
    String registryUrl,
    List<RegisteredSchema> partSchemas,
    RegisteredSchema eventSchema,
    long incompleteAfterMs,
    long retentionMs,
    long historyWindowMs,
    List<PlanField> fields,
    List<Enrichment> enrichments,
    List<Rule> rules) {

  public DecisionEventsPlan {
    fields = fields == null ? List.of() : fields;
    enrichments = enrichments == null ? List.of() : enrichments;
    rules = rules == null ? List.of() : rules;
  }

  /** A value of the customer's other decisions before this one. */
  public record Enrichment(
      String useCase,
      String name,
      Aggregate aggregate,
      List<PlanArgument> arguments,
      String where,
      List<String> same,
      Long windowMs,
      ValueType type) {}

  /** A condition over fields and enrichments. */
  public record Rule(String useCase, String name, String when) {}

  public static DecisionEventsPlan read(String plan) {
    return Plans.read(plan, DecisionEventsPlan.class);
  }
}
