package io.decisionstore.operators.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.operators.Vectors;
import org.junit.jupiter.api.Test;

class DecisionEventsPlanTest {
  @Test
  void theSnapshotThatPythonWritesIsRead() {
    DecisionEventsPlan plan = DecisionEventsPlan.read(Vectors.plan("decision_events"));
    assertThat(plan.enrichments())
        .filteredOn(enrichment -> !enrichment.same().isEmpty())
        .extracting(DecisionEventsPlan.Enrichment::name)
        .containsExactly("declines_here_24h");
    assertThat(plan.rules())
        .extracting(DecisionEventsPlan.Rule::name)
        .containsExactly("card_testing", "repeated_declines");
  }
}
