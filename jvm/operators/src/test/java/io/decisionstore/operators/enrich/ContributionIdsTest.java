package io.decisionstore.operators.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import io.decisionstore.operators.plan.DecisionEventsPlan.Enrichment;
import io.decisionstore.operators.plan.PlanField;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContributionIdsTest {
  private static final List<PlanField> FIELDS =
      List.of(new PlanField("amount", "request.amount", null, ValueType.DOUBLE));

  @Test
  void idsAreStateAndStayWhatTheyAre() {
    ContributionIds ids = new ContributionIds(FIELDS);
    ids.add(where("amount > 1.0"), 0);
    ids.add(where(null), 1);
    ids.add(where("amount > 1.0"), 2);
    assertThat(ids.byId().toString()).isEqualTo("{-2009325834=[1], 631199586=[0, 2]}");
  }

  @Test
  void twoMeaningsOfOneIdAreRefused() {
    ContributionIds ids = new ContributionIds(FIELDS);
    assertThatThrownBy(
            () -> {
              for (int number = 0; number < 400_000; number++) { // by birthdays, 80,000 do mostly
                ids.add(where("amount > %d.0".formatted(number)), number);
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("change its condition");
  }

  private static Enrichment where(String where) {
    return new Enrichment(
        "shop", "e", Aggregate.COUNT, List.of(), where, List.of(), null, ValueType.LONG);
  }
}
