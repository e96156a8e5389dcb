package io.decisionstore.operators.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.operators.Vectors;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The plan's window is 10 s. */
class EnrichTest {
  private static final String PLAN = Vectors.decisionEventsPlan();
  private Enriching enriching;

  @BeforeEach
  void open() throws Exception {
    enriching = Enriching.of(PLAN);
  }

  @AfterEach
  void close() throws Exception {
    enriching.close();
  }

  @Test
  void aFirstDecisionHasNoHistory() throws Exception {
    assertThat(history("c-1", "d-1", 1, 100_000, "APPROVED", 5))
        .isEqualTo(Row.of(0L, 0L, 0.0, null, null));
  }

  @Test
  void earlierDecisionsOfTheCustomerInTheWindowCount() throws Exception {
    history("c-1", "old", 1, 89_999, "DECLINED", 1); // before the window
    history("c-1", "d-1", 1, 90_001, "APPROVED", 2.5);
    history("c-1", "d-2", 1, 95_000, "DECLINED", 7);
    history("c-2", "other", 1, 99_000, "APPROVED", 100);
    assertThat(history("c-1", "d-3", 1, 100_000, "APPROVED", 5))
        .isEqualTo(Row.of(2L, 1L, 2.5, "DECLINED", 5_000L));
  }

  @Test
  void laterAndSimultaneousDecisionsDoNotCount() throws Exception {
    history("c-1", "later", 1, 100_001, "DECLINED", 1);
    history("c-1", "same", 1, 100_000, "DECLINED", 1);
    assertThat(history("c-1", "d-1", 1, 100_000, "APPROVED", 5))
        .isEqualTo(Row.of(0L, 0L, 0.0, null, null));
  }

  @Test
  void aCorrectionReplacesWhatItsOlderRevisionSaidAndIsNotItsOwnHistory() throws Exception {
    history("c-1", "d-1", 2, 95_000, "APPROVED", 10);
    history("c-1", "d-1", 3, 95_000, "DECLINED", 10);
    history("c-1", "d-1", 2, 95_000, "APPROVED", 10); // delivered again
    assertThat(history("c-1", "d-2", 1, 100_000, "APPROVED", 5))
        .isEqualTo(Row.of(1L, 1L, 0.0, "DECLINED", 5_000L));
  }

  @Test
  void ofSimultaneousDecisionsTheGreaterIdIsThePreviousOne() throws Exception {
    history("c-1", "b", 1, 95_000, "DECLINED", 1);
    history("c-1", "a", 1, 95_000, "APPROVED", 1);
    assertThat(history("c-1", "d", 1, 100_000, "APPROVED", 5).getField(3)).isEqualTo("DECLINED");
  }

  private Row history(
      String customer, String decision, int revision, long time, String outcome, double amount)
      throws Exception {
    return enriching.history(enriching.pass(customer, decision, revision, time, outcome, amount));
  }
}
