package io.decisionstore.operators.plan;

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
    long historyWindowMs) {

  public static DecisionEventsPlan read(String plan) {
    return Plans.read(plan, DecisionEventsPlan.class);
  }
}
