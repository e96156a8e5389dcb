package io.decisionstore.operators.variables;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.plan.VariablesPlan;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The table holds what the plain-Python reference says, at every moment it is asked for. */
class ScenariosTest {
  private static final JsonNode VECTORS = Vectors.document("variables");
  private static final String PLAN = VECTORS.get("plan").toString();
  private static final EventBytes EVENTS = new EventBytes(VariablesPlan.read(PLAN));

  private interface Start {
    Job of(String plan) throws Exception;
  }

  @TestFactory
  Stream<DynamicTest> onTheHeap() {
    return scenarios(plan -> new WithoutFlink(plan, false));
  }

  @TestFactory
  Stream<DynamicTest> inBytes() {
    return scenarios(plan -> new WithoutFlink(plan, true));
  }

  @TestFactory
  Stream<DynamicTest> inFlinkOnTheHeap() {
    return scenarios(plan -> new InHarnesses(plan, "hashmap", 2));
  }

  @TestFactory
  Stream<DynamicTest> inFlinkOnRocksDb() {
    return scenarios(plan -> new InHarnesses(plan, "rocksdb", 1));
  }

  private static Stream<DynamicTest> scenarios(Start start) {
    assertThat(VECTORS.get("scenarios").size()).isGreaterThanOrEqualTo(15);
    return StreamSupport.stream(VECTORS.get("scenarios").spliterator(), false)
        .map(
            scenario ->
                DynamicTest.dynamicTest(
                    scenario.get("name").asText(), () -> verify(scenario.get("steps"), start)));
  }

  /** With a restart on the way, after which everything since a third is delivered again. */
  private static void verify(JsonNode steps, Start start) throws Exception {
    try (Job job = start.of(PLAN)) {
      int restart = restart(steps);
      for (int index = 0; index < steps.size(); index++) {
        JsonNode step = steps.get(index);
        if (index == restart) {
          job.restart(PLAN);
          job.at(step.get("at").asLong());
          for (int since = steps.size() / 3; since < index; since++) {
            job.arrives(EVENTS.of(steps.get(since)));
          }
        }
        job.at(step.get("at").asLong());
        job.arrives(EVENTS.of(step));
        if (step.has("expected")) {
          verify(step.get("expected"), job);
        }
      }
    }
  }

  /** A step in the second half before which time passed: a restart takes some. */
  private static int restart(JsonNode steps) {
    int index = steps.size() / 2;
    while (steps.get(index).get("at").asLong() == steps.get(index - 1).get("at").asLong()) {
      index++;
    }
    return index;
  }

  private static void verify(JsonNode expected, Job job) {
    job.table()
        .forEach(
            (useCase, table) -> {
              Map<String, JsonNode> items = new HashMap<>(table);
              expected
                  .get(useCase)
                  .fields()
                  .forEachRemaining(
                      entity ->
                          assertThat(values(LocalRun.attributes(items.remove(entity.getKey()))))
                              .as(entity.getKey())
                              .isEqualTo(values(entity.getValue())));
              // Entities that only older revisions named.
              items.forEach(
                  (name, item) ->
                      assertThat(values(LocalRun.attributes(item)).values())
                          .as(name)
                          .allMatch(value -> value.equals(0.0)));
            });
    assertThat(job.table().keySet())
        .containsExactlyInAnyOrderElementsOf(() -> expected.fieldNames());
  }

  /** Numbers as doubles: JSON has one kind. */
  private static Map<String, Object> values(JsonNode attributes) {
    Map<String, Object> values = new HashMap<>();
    attributes
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode value = field.getValue();
              values.put(
                  field.getKey(), value.isNumber() ? (Object) value.asDouble() : value.toString());
            });
    return values;
  }
}
