package io.decisionstore.operators.plan;

/** What archive and replay do; documented in {@code model/plan.py}. */
public record ArchivePlan(
    int version, String kind, String registryUrl, RegisteredSchema eventSchema, long retentionMs) {

  public static ArchivePlan read(String plan) {
    return Plans.read(plan, ArchivePlan.class);
  }
}
