package io.decisionstore.operators.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

/**
 * What is known of a customer: through changes of what is declared, and within its bounds. The plan
 * keeps decisions for 110 s: 100 s, and history's window of 10 s.
 */
class KnownDecisionsTest {
  private static final String ALL = "{\"name\": \"all\"}";
  private static final String LAST =
      """
      {"name": "last", "aggregate": "last", "type": "string",
       "arguments": [{"name": "decision_id", "expression": "decision_id", "type": "string"}]}
      """;
  private static final String BAND = "{\"name\": \"band\", \"same\": [\"amount_band\"]}";

  @Test
  void anEnrichmentThatIsAddedBeginsWithTheDecisionsThatComeAfter() throws Exception {
    OperatorSubtaskState state = after(Enriching.plan(), "d-1");
    try (Enriching enriching = Enriching.restored(Enriching.plan(LAST, ALL), state)) {
      Row event = pass(enriching, "d-2", 2_000);
      assertThat(enriching.enrichment(event, "shop.last")).isNull();
      event = pass(enriching, "d-3", 3_000);
      assertThat(enriching.enrichment(event, "shop.last")).isEqualTo("d-2");
    }
  }

  @Test
  void oneThatIsAddedFindsWhatAnotherOfTheSameMeaningHasKept() throws Exception {
    OperatorSubtaskState state = after(Enriching.plan(ALL), "d-1", "d-2");
    String windowed = "{\"use_case\": \"other\", \"name\": \"recent\", \"window_ms\": 500}";
    String plan = Enriching.plan(windowed, "{\"name\": \"every\"}");
    try (Enriching enriching = Enriching.restored(plan, state)) {
      Row event = pass(enriching, "d-3", 1_501);
      assertThat(enriching.enrichment(event, "other.recent")).isEqualTo(0L);
      assertThat(enriching.enrichment(event, "shop.every")).isEqualTo(2L);
    }
  }

  @Test
  void oneThatIsRemovedAndComesBackFindsWhatItHadKept() throws Exception {
    OperatorSubtaskState state = after(Enriching.plan(LAST), "d-1");
    try (Enriching enriching = Enriching.restored(Enriching.plan(ALL), state)) {
      pass(enriching, "d-2", 2_000);
      state = enriching.harness.snapshot(1, 0);
    }
    try (Enriching enriching = Enriching.restored(Enriching.plan(LAST), state)) {
      assertThat(enriching.enrichment(pass(enriching, "d-3", 3_000), "shop.last")).isEqualTo("d-1");
    }
  }

  @Test
  void aFieldThatIsDerivedOtherwiseIsAnother() throws Exception {
    String plan = Enriching.plan(BAND);
    String other = plan.replace("amount < 50.0", "amount < 60.0");
    assertThat(other).isNotEqualTo(plan);
    OperatorSubtaskState state = after(plan, "d-1");
    try (Enriching enriching = Enriching.restored(plan, state)) {
      assertThat(enriching.enrichment(pass(enriching, "d-2", 2_000), "shop.band")).isEqualTo(1L);
    }
    try (Enriching enriching = Enriching.restored(other, state)) {
      assertThat(enriching.enrichment(pass(enriching, "d-2", 2_000), "shop.band")).isEqualTo(0L);
    }
  }

  @Test
  void ofTooManyTheOldestAreForgottenAndCounted() throws Exception {
    try (Enriching enriching = Enriching.bounded(Enriching.plan(ALL, LAST), 3, 1_000_000)) {
      for (int number :
          new int[] {4, 1, 3, 2, 5}) { // 1 is older than the three newest when 2 comes
        pass(enriching, "d-" + number, number);
      }
      Row event = pass(enriching, "d-6", 6);
      assertThat(enriching.enrichment(event, "shop.all")).isEqualTo(3L);
      assertThat(enriching.enrichment(event, "shop.last")).isEqualTo("d-5");
      event = pass(enriching, "d-4", 4); // again; 3 is forgotten since 6 is known
      assertThat(enriching.enrichment(event, "shop.all")).isEqualTo(0L);
      assertThat(enriching.enrich.forgotten.getCount()).isEqualTo(3);
    }
  }

  @Test
  void ofTooManyBytesTheOldestAreForgottenAndCounted() throws Exception {
    try (Enriching enriching = Enriching.bounded(Enriching.plan(ALL), 100, 1_000)) {
      for (int number = 1; number <= 50; number++) {
        pass(enriching, "d-" + number, number);
      }
      Row event = pass(enriching, "d-51", 51);
      Long kept = (Long) enriching.enrichment(event, "shop.all");
      assertThat(kept).isBetween(10L, 40L);
      assertThat(enriching.enrich.forgotten.getCount()).isGreaterThanOrEqualTo(50 - kept);
    }
  }

  @Test
  void whatIsOlderThanAnyWindowAndCorrectionLeaves() throws Exception {
    try (Enriching enriching = Enriching.of(Enriching.plan(ALL))) {
      enriching.harness.setProcessingTime(300_000);
      pass(enriching, "d-1", 100_000);
      pass(enriching, "d-2", 209_999); // d-1 is not 110 s older yet
      assertThat(enriching.enrichment(pass(enriching, "d-3", 210_001), "shop.all")).isEqualTo(2L);
      assertThat(enriching.enrichment(pass(enriching, "d-4", 210_002), "shop.all")).isEqualTo(2L);
      assertThat(enriching.enrich.forgotten.getCount()).isZero();
    }
  }

  @Test
  void aTimeFarAheadDoesNotMakeTheOthersOld() throws Exception {
    try (Enriching enriching = Enriching.of(Enriching.plan(ALL))) {
      enriching.harness.setProcessingTime(300_000);
      pass(enriching, "d-1", 250_000);
      pass(enriching, "d-2", 250_000_000_000_000L);
      assertThat(enriching.enrichment(pass(enriching, "d-3", 260_000), "shop.all")).isEqualTo(1L);
    }
  }

  @Test
  void aCustomerWhoStaysAwayIsForgotten() throws Exception {
    try (Enriching enriching = Enriching.of(Enriching.plan(ALL))) {
      enriching.harness.setStateTtlProcessingTime(0);
      pass(enriching, "d-1", 1_000);
      enriching.harness.setStateTtlProcessingTime(109_999);
      assertThat(enriching.enrichment(pass(enriching, "d-1", 1_001), "shop.all")).isEqualTo(0L);
      assertThat(enriching.enrichment(pass(enriching, "d-2", 1_002), "shop.all")).isEqualTo(1L);
      enriching.harness.setStateTtlProcessingTime(220_000);
      assertThat(enriching.enrichment(pass(enriching, "d-3", 1_003), "shop.all")).isEqualTo(0L);
    }
  }

  @Test
  void aPlanThatDoesNotCompileIsRefusedBeforeItRuns() throws Exception {
    for (String enrichment :
        new String[] {
          "{\"name\": \"e\", \"where\": \"amont > 1.0\"}",
          "{\"name\": \"e\", \"same\": [\"merchant\"]}",
          "{\"name\": \"e\", \"aggregate\": \"last_k\"}"
        }) {
      String plan = Enriching.plan(enrichment);
      assertThatThrownBy(() -> Enriching.of(plan)).isInstanceOf(IllegalArgumentException.class);
    }
    String older = Enriching.plan().replace("\"enrichments\",\"default\"", "\"older\",\"default\"");
    assertThatThrownBy(() -> Enriching.of(older))
        .hasMessageContaining("has no room for enrichments");
  }

  private static OperatorSubtaskState after(String plan, String... decisions) throws Exception {
    try (Enriching enriching = Enriching.of(plan)) {
      for (String decision : decisions) {
        pass(enriching, decision, 1_000);
      }
      return enriching.harness.snapshot(1, 0);
    }
  }

  private static Row pass(Enriching enriching, String decision, long time) throws Exception {
    return enriching.pass("c-1", decision, 1, time, "APPROVED", 5);
  }
}
