package io.decisionstore.operators.variables;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.avro.RowEncoder;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.plan.VariablesPlan;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DecodeDecisionsTest {
  private static final String PLAN = Vectors.plan("variables");
  private static final VariablesPlan PARSED = VariablesPlan.read(PLAN);
  private static final DecisionRows ROWS = new DecisionRows(PARSED);

  private OneInputStreamOperatorTestHarness<Row, Row> harness;

  @BeforeEach
  void open() throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(new DecodeDecisions(PLAN)));
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void anEventBecomesThePlansFieldsAlsoTheDerivedOnes() throws Exception {
    Row request = Row.of("m1", 199.99, "EUR", null);
    Row outcome = Row.of("DECLINED", "p@1", "late", null, 6L);
    Row history = Row.of(0L, 0L, 0.0, null, null);
    Row event =
        Row.of(
            "d1", 4, "c1", 5L, request, List.of(), outcome, history, List.of(), Map.of(),
            List.of());
    harness.processElement(record(new RowEncoder(PARSED.eventSchema()).encode(event)), 0);
    Row decision = harness.extractOutputValues().get(0);
    assertThat(ROWS.fields(decision))
        .containsEntry("decision_id", "d1")
        .containsEntry("revision", 4)
        .containsEntry("event_time", 5L)
        .containsEntry("customer_id", "c1")
        .containsEntry("merchant_id", "m1")
        .containsEntry("amount", 199.99)
        .containsEntry("currency", "EUR")
        .containsEntry("product", null)
        .containsEntry("outcome", "DECLINED")
        .containsEntry("policy", "p@1")
        .containsEntry("reason", "late")
        .containsEntry("amount_band", "M")
        .hasSize(12);
  }

  @Test
  void whatIsNoEventIsADeadLetterWithItsPosition() throws Exception {
    harness.processElement(record("no event".getBytes(StandardCharsets.UTF_8)), 0);
    harness.processElement(record(null), 0);
    assertThat(harness.extractOutputValues()).isEmpty();
    var letters = harness.getSideOutput(DeadLetter.TAG);
    assertThat(letters).hasSize(2);
    byte[] letter = (byte[]) letters.peek().getValue().getField(KafkaRows.VALUE);
    JsonNode json = new ObjectMapper().readTree(letter);
    assertThat(json.get("stage").asText()).isEqualTo("variables");
    assertThat(json.get("reason").asText())
        .isEqualTo("the value is not in Confluent's wire format");
    assertThat(json.at("/position/offset").asLong()).isEqualTo(42);
  }

  @Test
  void keysAreWrittenAsPythonWritesThem() {
    assertThat(EntityKeys.quote("aZ09-_.~ |=%/å😀"))
        .isEqualTo("aZ09-_.~%20%7C%3D%25%2F%C3%A5%F0%9F%98%80");
  }

  private static Row record(byte[] value) {
    return Row.of(null, value, 0L, "decision-events", 1, 42L);
  }
}
