package io.decisionstore.operators.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decisionstore.operators.RowJson;
import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.part.PartRows;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AssembleTest {
  private static final String PLAN = Vectors.decisionEventsPlan();
  private static final Schema EVENT = DecisionEventsPlan.read(PLAN).eventSchema().parsed();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> vectorsSharedWithPythonInEveryOrder() {
    return Vectors.read("assembly")
        .map(vector -> DynamicTest.dynamicTest(vector.get("name").asText(), () -> verify(vector)));
  }

  private static void verify(JsonNode vector) throws Exception {
    List<Row> parts = new ArrayList<>();
    vector.get("parts").forEach(item -> parts.add(part(item)));
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<Row> delivered = new ArrayList<>(parts);
      parts.stream().filter(part -> random.nextBoolean()).forEach(delivered::add); // again
      Collections.shuffle(delivered, random);
      try (var harness = harness()) {
        for (Row part : delivered) {
          harness.processElement(part, 0);
        }
        List<Row> events = harness.extractOutputValues();
        assertThat(revisions(events)).doesNotHaveDuplicates().isSorted();
        if (vector.get("event").isNull()) {
          assertThat(events.size()).isLessThan(parts.size());
          harness.setProcessingTime(1_001);
          JsonNode told = sideOutput(harness, false);
          assertThat(told.get("missing")).isEqualTo(vector.get("missing"));
        } else {
          JsonNode last = RowJson.of(EVENT, events.get(events.size() - 1));
          assertThat(last).isEqualTo(vector.get("event"));
        }
      }
    }
  }

  @Test
  void aCorrectedOutcomeThatNeedsAnotherCheckWaitsForItAndIsToldAfresh() throws Exception {
    try (var harness = harness()) {
      harness.processElement(request("d-1", "c-1", 1), 0);
      harness.setProcessingTime(500);
      harness.processElement(outcome("d-1", "c-1", 1), 0); // complete, before it was told
      harness.setProcessingTime(600);
      harness.processElement(outcome("d-1", "c-1", 2, "fraud"), 0);
      assertThat(revisions(harness.extractOutputValues())).containsExactly(2);
      harness.setProcessingTime(1_599);
      assertThat(harness.getSideOutput(incompleteTag())).isNull();
      harness.setProcessingTime(1_600);
      JsonNode told = sideOutput(harness, false);
      assertThat(told.get("missing").toString()).isEqualTo("[\"check#fraud\"]");
      assertThat(told.get("since").asLong()).isZero();
      harness.processElement(check("d-1", "c-1", "fraud"), 0);
      assertThat(revisions(harness.extractOutputValues())).containsExactly(2, 4);
    }
  }

  @Test
  void aDecisionThatWasToldIsToldAgainOnlyAfterItWasComplete() throws Exception {
    try (var harness = harness()) {
      harness.processElement(outcome("d-1", "c-1", 1, "fraud"), 0);
      harness.setProcessingTime(1_000);
      harness.processElement(request("d-1", "c-1", 1), 0);
      harness.setProcessingTime(9_000);
      assertThat(harness.getSideOutput(incompleteTag())).hasSize(1);
      harness.processElement(check("d-1", "c-1", "fraud"), 0);
      harness.processElement(outcome("d-1", "c-1", 2, "fraud", "credit"), 0);
      harness.setProcessingTime(10_000);
      assertThat(harness.getSideOutput(incompleteTag())).hasSize(2);
      harness.processElement(outcome("d-1", "c-1", 3, "fraud"), 0); // no longer needed
      assertThat(revisions(harness.extractOutputValues())).containsExactly(3, 5);
    }
  }

  @Test
  void anOlderOutcomeThatComesLateDecidesNothing() throws Exception {
    try (var harness = harness()) {
      harness.processElement(request("d-1", "c-1", 1), 0);
      harness.processElement(outcome("d-1", "c-1", 2), 0);
      harness.processElement(outcome("d-1", "c-1", 1, "fraud"), 0); // needs what 2 does not
      assertThat(revisions(harness.extractOutputValues())).containsExactly(2, 3);
      harness.setProcessingTime(60_000);
      assertThat(harness.getSideOutput(incompleteTag())).isNull();
    }
  }

  @Test
  void theEventOfAllPartsDependsOnTheirSetAlone() throws Exception {
    int complete = 0;
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      List<Row> parts = new ArrayList<>();
      for (int revision = 1; revision <= 1 + random.nextInt(3); revision++) {
        parts.add(request("d-1", "c-1", revision));
        String[] needed = random.nextBoolean() ? new String[] {"fraud"} : new String[0];
        parts.add(outcome("d-1", "c-1", revision, needed));
      }
      if (random.nextBoolean()) {
        parts.add(check("d-1", "c-1", "fraud"));
      }
      List<Row> delivered = new ArrayList<>(parts);
      delivered.addAll(parts);
      Collections.shuffle(delivered, random);
      List<Row> expected = eventsOfAll(parts);
      assertThat(eventsOfAll(delivered)).as("seed " + seed).isEqualTo(expected);
      complete += expected.size();
    }
    assertThat(complete).isBetween(20, 55); // the others wait for a check
  }

  /** The event that is made of every part: one, or none if they are not complete. */
  private static List<Row> eventsOfAll(List<Row> delivered) throws Exception {
    long parts =
        delivered.stream().map(part -> part.getField(PartRows.PART_REVISION)).distinct().count();
    try (var harness = harness()) {
      for (Row part : delivered) {
        harness.processElement(part, 0);
      }
      return harness.extractOutputValues().stream()
          .filter(event -> revisions(List.of(event)).contains((int) parts))
          .toList();
    }
  }

  private static List<Integer> revisions(List<Row> events) {
    int position = EVENT.getField("revision").pos();
    return events.stream().map(event -> (Integer) event.getField(position)).toList();
  }

  @Test
  void aPartDeliveredAgainChangesNothingAlsoAfterARestore() throws Exception {
    List<Row> parts = List.of(request("d-1", "c-1", 1), outcome("d-1", "c-1", 1));
    OperatorSubtaskState snapshot;
    try (var harness = harness()) {
      harness.processElement(parts.get(0), 0);
      snapshot = harness.snapshot(1, 0);
      harness.processElement(parts.get(1), 0);
      harness.processElement(parts.get(1), 0);
      harness.processElement(parts.get(0), 0);
      assertThat(harness.extractOutputValues()).hasSize(1);
    }
    try (var restored = unopened()) {
      restored.initializeState(snapshot);
      restored.open();
      restored.processElement(parts.get(0), 0);
      assertThat(restored.extractOutputValues()).isEmpty();
      restored.processElement(parts.get(1), 0);
      assertThat(restored.extractOutputValues()).hasSize(1);
    }
  }

  @Test
  void aCorrectionIsEmittedAgainWithAHigherRevision() throws Exception {
    try (var harness = harness()) {
      harness.processElement(request("d-1", "c-1", 1), 0);
      harness.processElement(outcome("d-1", "c-1", 1), 0);
      harness.processElement(request("d-1", "c-1", 2), 0);
      assertThat(harness.extractOutputValues())
          .extracting(event -> event.getField(EVENT.getField("revision").pos()))
          .containsExactly(2, 3);
    }
  }

  @Test
  void anIncompleteDecisionIsToldOnceAndStillEmittedWhenItCompletes() throws Exception {
    try (var harness = harness()) {
      harness.setProcessingTime(5_000);
      harness.processElement(request("d-1", "c-1", 1), 0);
      harness.setProcessingTime(5_999);
      assertThat(harness.getSideOutput(incompleteTag())).isNull();
      harness.setProcessingTime(6_000);
      JsonNode told = sideOutput(harness, false);
      assertThat(told.get("since").asLong()).isEqualTo(5_000);
      harness.processElement(request("d-1", "c-1", 2), 0);
      harness.setProcessingTime(60_000);
      assertThat(harness.getSideOutput(incompleteTag())).hasSize(1);
      harness.processElement(outcome("d-1", "c-1", 1), 0);
      assertThat(harness.extractOutputValues()).hasSize(1);
    }
  }

  @Test
  void aDecisionCompletedInTimeIsNotTold() throws Exception {
    try (var harness = harness()) {
      harness.processElement(request("d-1", "c-1", 1), 0);
      harness.processElement(outcome("d-1", "c-1", 1), 0);
      harness.setProcessingTime(60_000);
      assertThat(harness.getSideOutput(incompleteTag())).isNull();
    }
  }

  @Test
  void aPartOfAnotherCustomerIsADeadLetter() throws Exception {
    try (var harness = harness()) {
      harness.processElement(request("d-1", "c-1", 1), 0);
      harness.processElement(outcome("d-1", "c-2", 1), 0);
      assertThat(harness.extractOutputValues()).isEmpty();
      JsonNode letter = sideOutput(harness, true);
      assertThat(letter.get("stage").asText()).isEqualTo("assemble");
      assertThat(letter.at("/original/part_revision").asText()).isEqualTo("outcome#000001");
    }
  }

  @Test
  void aPartThatMakesTheDecisionTooLargeForKafkaIsADeadLetter() throws Exception {
    try (var harness = harness()) {
      harness.processElement(request("d-1", "c-1", 1), 0);
      harness.processElement(outcome("d-1", "c-1", 1), 0);
      Row large = outcome("d-1", "c-1", 2);
      String padding = " ".repeat(4_000_000);
      large.setField(PartRows.PAYLOAD, large.getField(PartRows.PAYLOAD) + padding);
      harness.processElement(large, 0);
      assertThat(harness.extractOutputValues()).hasSize(1);
      assertThat(sideOutput(harness, true).get("reason").asText()).contains("4,000,000 characters");
      harness.processElement(request("d-1", "c-1", 2), 0); // the decision itself lives on
      assertThat(harness.extractOutputValues()).hasSize(2);
    }
  }

  private static org.apache.flink.util.OutputTag<Row> incompleteTag() {
    return Assemble.INCOMPLETE;
  }

  private static JsonNode sideOutput(
      KeyedOneInputStreamOperatorTestHarness<String, Row, Row> harness, boolean deadLetters)
      throws Exception {
    var records = harness.getSideOutput(deadLetters ? DeadLetter.TAG : Assemble.INCOMPLETE);
    assertThat(records).hasSize(1);
    return JSON.readTree((byte[]) records.peek().getValue().getField(KafkaRows.VALUE));
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, Row, Row> harness()
      throws Exception {
    var harness = unopened();
    harness.open();
    return harness;
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, Row, Row> unopened()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new Assemble(PLAN)),
        part -> (String) part.getField(PartRows.DECISION_ID),
        Types.STRING);
  }

  private static Row request(String decisionId, String customerId, int revision) {
    String payload = "{\"merchant_id\":\"m\",\"amount\":1,\"currency\":\"EUR\"}";
    return Row.of(
        decisionId,
        "request#00000" + revision,
        "request",
        null,
        revision,
        customerId,
        1_000L,
        "decision-request:1",
        payload,
        "shard",
        "1");
  }

  private static Row check(String decisionId, String customerId, String name) {
    return Row.of(
        decisionId,
        "check#" + name + "#000001",
        "check",
        name,
        1,
        customerId,
        1_050L,
        "check-" + name + ":1",
        "{\"status\":\"PASSED\"}",
        "shard",
        "3");
  }

  private static Row outcome(String decisionId, String customerId, int revision, String... needed) {
    String checks = needed.length == 0 ? "" : "\"" + String.join("\",\"", needed) + "\"";
    String payload =
        "{\"outcome\":\"APPROVED\",\"checks\":[%s],\"policy\":\"p@%d\"}"
            .formatted(checks, revision);
    return Row.of(
        decisionId,
        "outcome#00000" + revision,
        "outcome",
        null,
        revision,
        customerId,
        1_100L,
        "decision-outcome:1",
        payload,
        "shard",
        "2");
  }

  private static Row part(JsonNode item) {
    return Row.of(
        item.get("decision_id").asText(),
        item.get("part_revision").asText(),
        item.get("part").asText(),
        item.has("name") ? item.get("name").asText() : null,
        item.get("revision").asInt(),
        item.get("customer_id").asText(),
        item.get("event_time").asLong(),
        item.get("schema").asText(),
        item.get("payload").asText(),
        "shard",
        "1");
  }
}
