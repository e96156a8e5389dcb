package io.decisionstore.operators.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.RowJson;
import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the plain-Python reference adds to events, in scenarios; also through a restore. */
class EnrichVectorsTest {
  private static final JsonNode VECTORS = Vectors.document("enrichments");
  private static final String PLAN = VECTORS.get("plan").toString();
  private static final DecisionEventsPlan READ = DecisionEventsPlan.read(PLAN);
  private static final Schema EVENT = READ.eventSchema().parsed();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> theReferencesValues() {
    return StreamSupport.stream(VECTORS.get("scenarios").spliterator(), false)
        .map(one -> DynamicTest.dynamicTest(one.get("name").asText(), () -> verify(one)));
  }

  private static void verify(JsonNode scenario) throws Exception {
    Enriching enriching = Enriching.of(PLAN);
    int number = 0;
    for (JsonNode step : scenario.get("steps")) {
      if (++number % 13 == 0) {
        var state = enriching.harness.snapshot(number, 0);
        enriching.close();
        enriching = Enriching.restored(PLAN, state);
      }
      Row event = pass(enriching, step.get("event"));
      ObjectNode json = RowJson.of(EVENT, event);
      assertThat(json.get("history")).as("step " + number).isEqualTo(step.get("history"));
      assertThat(plain(json.get("enrichments")))
          .as("step " + number)
          .isEqualTo(step.get("enrichments"));
      assertThat(json.get("flags")).as("step " + number).isEqualTo(step.get("flags"));
    }
    enriching.close();
  }

  private static Row pass(Enriching enriching, JsonNode event) throws Exception {
    JsonNode request = event.get("request");
    JsonNode outcome = event.get("outcome");
    return enriching.pass(
        event.get("customer_id").textValue(),
        event.get("decision_id").textValue(),
        event.get("revision").intValue(),
        event.get("event_time").longValue(),
        outcome.get("outcome").textValue(),
        request.get("amount").doubleValue(),
        request.get("merchant_id").textValue(),
        request.get("currency").textValue(),
        request.get("product").textValue(),
        outcome.get("reason").textValue());
  }

  /** Each enrichment's value: that in the field of its type, and nothing in the others. */
  private static JsonNode plain(JsonNode enrichments) {
    ObjectNode values = JSON.createObjectNode();
    for (DecisionEventsPlan.Enrichment declared : READ.enrichments()) {
      String name = declared.useCase() + "." + declared.name();
      ObjectNode fields = (ObjectNode) enrichments.get(name);
      values.set(name, fields.remove(declared.type().name().toLowerCase(java.util.Locale.ROOT)));
      assertThat(fields).allMatch(JsonNode::isNull);
    }
    return values;
  }
}
