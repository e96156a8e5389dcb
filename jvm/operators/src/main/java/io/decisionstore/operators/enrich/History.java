package io.decisionstore.operators.enrich;

import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import io.decisionstore.operators.plan.DecisionEventsPlan.Enrichment;
import io.decisionstore.operators.plan.PlanArgument;
import io.decisionstore.operators.plan.PlanField;
import java.util.List;

/** The event's {@code history}, as enrichments that need not be declared. */
final class History {
  /** Names that no declared field can have. */
  private static final String OUTCOME = "_outcome";

  private static final String AMOUNT = "_amount";

  /** What the enrichments see; to be read after a plan's fields. */
  static final List<PlanField> FIELDS =
      List.of(
          new PlanField(OUTCOME, "outcome.outcome", null, ValueType.STRING),
          new PlanField(AMOUNT, "request.amount", null, ValueType.DOUBLE));

  private History() {}

  /** In the order of the event's fields; the age of the previous outcome is the last one's time. */
  static List<Enrichment> enrichments(long windowMs) {
    return List.of(
        enrichment("decisions", Aggregate.COUNT, null, null, null, windowMs),
        enrichment("declines", Aggregate.COUNT, "DECLINED", null, null, windowMs),
        enrichment("approved", Aggregate.SUM, "APPROVED", AMOUNT, ValueType.DOUBLE, windowMs),
        enrichment("previous", Aggregate.LAST, null, OUTCOME, ValueType.STRING, windowMs));
  }

  private static Enrichment enrichment(
      String name,
      Aggregate aggregate,
      String outcome,
      String argument,
      ValueType type,
      long windowMs) {
    return new Enrichment(
        "history",
        name,
        aggregate,
        argument == null ? List.of() : List.of(new PlanArgument("value", argument, type)),
        outcome == null ? null : "%s == '%s'".formatted(OUTCOME, outcome),
        List.of(),
        windowMs,
        type == null ? ValueType.LONG : type);
  }
}
