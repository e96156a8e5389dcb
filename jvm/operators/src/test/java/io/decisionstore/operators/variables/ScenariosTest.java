package io.decisionstore.operators.variables;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.decisionstore.operators.Vectors;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The table holds what the plain-Python reference says, at every moment it is asked for. */
class ScenariosTest {
  private static final JsonNode VECTORS = Vectors.document("variables");
  private static final String PLAN = VECTORS.get("plan").toString();

  @TestFactory
  Stream<DynamicTest> corrections() {
    return scenarios(false);
  }

  @TestFactory
  Stream<DynamicTest> correctionsWithARestoreAndEverythingSinceDeliveredAgain() {
    return scenarios(true);
  }

  private static Stream<DynamicTest> scenarios(boolean restored) {
    assertThat(VECTORS.get("scenarios").size()).isGreaterThanOrEqualTo(15);
    return StreamSupport.stream(VECTORS.get("scenarios").spliterator(), false)
        .map(
            scenario ->
                DynamicTest.dynamicTest(
                    scenario.get("name").asText(), () -> verify(scenario.get("steps"), restored)));
  }

  private static void verify(JsonNode steps, boolean restored) throws Exception {
    Chain chain = new Chain(PLAN, null);
    try {
      Chain.Snapshot snapshot = null;
      int failure = restored ? failure(steps) : -1;
      for (int index = 0; index < steps.size(); index++) {
        JsonNode step = steps.get(index);
        if (index == failure) {
          Chain again = new Chain(PLAN, snapshot);
          again.table.putAll(chain.table); // it holds what was written after the snapshot
          chain.close();
          chain = again;
          chain.at(step.get("at").asLong());
          for (int since = steps.size() / 3; since < index; since++) {
            chain.arrives(chain.decision(steps.get(since)));
          }
        }
        chain.at(step.get("at").asLong());
        chain.arrives(chain.decision(step));
        if (restored && index == steps.size() / 3) {
          snapshot = chain.snapshot(1);
        }
        if (step.has("expected")) {
          verify(step.get("expected"), chain);
        }
      }
    } finally {
      chain.close();
    }
  }

  /** A step in the second half before which time passed: a restart takes some. */
  private static int failure(JsonNode steps) {
    int index = steps.size() / 2;
    while (steps.get(index).get("at").asLong() == steps.get(index - 1).get("at").asLong()) {
      index++;
    }
    return index;
  }

  private static void verify(JsonNode expected, Chain chain) {
    for (var useCase : chain.table.entrySet()) {
      Map<String, Row> items = new HashMap<>(useCase.getValue());
      expected
          .get(useCase.getKey())
          .fields()
          .forEachRemaining(
              entity ->
                  assertThat(chain.attributes(useCase.getKey(), items.remove(entity.getKey())))
                      .as(entity.getKey())
                      .isEqualTo(values(entity.getValue())));
      // Entities that only older revisions named.
      items.forEach(
          (name, item) ->
              assertThat(chain.attributes(useCase.getKey(), item).values())
                  .as(name)
                  .allMatch(value -> value.equals(0L) || value.equals(0.0)));
    }
    assertThat(chain.table.keySet())
        .containsExactlyInAnyOrderElementsOf(() -> expected.fieldNames());
  }

  private static Map<String, Object> values(JsonNode attributes) {
    Map<String, Object> values = new HashMap<>();
    attributes
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode value = field.getValue();
              Object plain =
                  value.isTextual()
                      ? value.asText()
                      : value.isIntegralNumber() ? (Object) value.asLong() : value.asDouble();
              values.put(field.getKey(), plain);
            });
    return values;
  }
}
