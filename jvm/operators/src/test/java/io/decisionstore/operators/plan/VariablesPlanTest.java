package io.decisionstore.operators.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.expression.ValueType;
import org.junit.jupiter.api.Test;

class VariablesPlanTest {
  @Test
  void theSnapshotThatPythonWritesIsRead() {
    VariablesPlan plan = VariablesPlan.read(Vectors.plan("variables"));
    assertThat(plan.eventSchema().parsed().getName()).isEqualTo("DecisionEvent");
    assertThat(plan.fieldTypes()).containsEntry("amount", ValueType.DOUBLE);
    assertThat(plan.entities())
        .extracting(VariablesPlan.Entity::name)
        .contains("fraud_prevention-customer_id-merchant_id-amount_band");
    VariablesPlan.Variable similar =
        plan.entity("fraud_prevention-customer_id-merchant_id-amount_band").variables().get(0);
    assertThat(similar.aggregate()).isEqualTo(Aggregate.LAST);
    assertThat(similar.attributes())
        .containsEntry("similar_decision__event_time", ValueType.LONG)
        .hasSize(3);
  }

  @Test
  void whatThePlanDoesNotKnowIsRefused() {
    String newer = Vectors.plan("variables").replace("\"hop_ms\"", "\"step_ms\":1,\"hop_ms\"");
    assertThatThrownBy(() -> VariablesPlan.read(newer)).hasMessageContaining("step_ms");
    assertThatThrownBy(() -> VariablesPlan.read(Vectors.plan("variables")).entity("x"))
        .hasMessage("The plan has no entity x");
  }
}
