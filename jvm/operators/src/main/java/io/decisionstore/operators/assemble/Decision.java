package io.decisionstore.operators.assemble;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.flink.types.Row;

/**
 * A decision event from a set of valid parts; the rules are those of {@code
 * decision_store/model/assembly.py}.
 *
 * <p>The result depends only on the set of parts, never on the order in which they came.
 */
final class Decision {
  private static final String REQUEST = "request";
  private static final String OUTCOME = "outcome";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Schema schema;

  Decision(Schema eventSchema) {
    this.schema = eventSchema;
  }

  /** Labels of the parts that a decision waits for, sorted; empty when it is complete. */
  List<String> missing(List<Row> ordered) {
    Map<String, Row> newest = Parts.newest(ordered);
    TreeSet<String> needed = new TreeSet<>(List.of(REQUEST, OUTCOME));
    Row outcome = newest.get(OUTCOME);
    if (outcome != null) {
      payload(outcome).path("checks").forEach(name -> needed.add("check#" + name.asText()));
    }
    needed.removeAll(newest.keySet());
    return List.copyOf(needed);
  }

  /** The event that a complete set of parts makes; what it says of other decisions is left null. */
  Row event(String decisionId, String customerId, List<Row> ordered) {
    Map<String, Row> newest = Parts.newest(ordered);
    Row request = newest.get(REQUEST);
    Row outcome = newest.get(OUTCOME);

    Row event = new Row(schema.getFields().size());
    set(event, "decision_id", decisionId);
    set(event, "revision", ordered.size());
    set(event, "customer_id", customerId);
    set(event, "event_time", request.getField(Parts.EVENT_TIME));
    set(event, "request", request(payload(request)));
    set(event, "checks", checks(newest));
    set(event, "outcome", outcome(outcome));
    set(event, "parts", ordered);
    return event;
  }

  private void set(Row event, String field, Object value) {
    set(schema, event, field, value);
  }

  private static void set(Schema type, Row row, String field, Object value) {
    row.setField(type.getField(field).pos(), value);
  }

  private Row request(JsonNode payload) {
    Schema type = schema.getField("request").schema();
    Row row = new Row(type.getFields().size());
    set(type, row, "merchant_id", text(payload, "merchant_id"));
    set(type, row, "amount", payload.get("amount").doubleValue());
    set(type, row, "currency", text(payload, "currency"));
    set(type, row, "product", text(payload, "product"));
    return row;
  }

  private List<Row> checks(Map<String, Row> newest) {
    Schema type = schema.getField("checks").schema().getElementType();
    List<Row> checks = new ArrayList<>();
    for (Row part : newest.values()) {
      if (part.getField(Parts.NAME) != null) {
        JsonNode payload = payload(part);
        JsonNode score = payload.get("score");
        Row row = new Row(type.getFields().size());
        set(type, row, "name", part.getField(Parts.NAME));
        set(type, row, "revision", part.getField(Parts.REVISION));
        set(type, row, "event_time", part.getField(Parts.EVENT_TIME));
        set(type, row, "status", text(payload, "status"));
        set(type, row, "score", score == null || score.isNull() ? null : score.doubleValue());
        checks.add(row);
      }
    }
    return checks;
  }

  private Row outcome(Row part) {
    JsonNode payload = payload(part);
    Schema type = schema.getField("outcome").schema();
    Row row = new Row(type.getFields().size());
    for (String field : List.of("outcome", "policy", "reason", "similar_decision_id")) {
      set(type, row, field, text(payload, field));
    }
    set(type, row, "decided_at", part.getField(Parts.EVENT_TIME));
    return row;
  }

  private static String text(JsonNode payload, String field) {
    JsonNode value = payload.get(field);
    return value == null || value.isNull() ? null : value.textValue();
  }

  private static JsonNode payload(Row part) {
    try {
      return JSON.readTree((String) part.getField(Parts.PAYLOAD));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible); // only valid parts come here
    }
  }
}
