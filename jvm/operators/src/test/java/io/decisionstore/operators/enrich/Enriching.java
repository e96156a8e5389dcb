package io.decisionstore.operators.enrich;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.avro.RowTypes;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.types.Row;

/** The operator under test, fed with decisions. */
final class Enriching implements AutoCloseable {
  final KeyedOneInputStreamOperatorTestHarness<String, Row, Row> harness;
  final Enrich enrich;
  private final Schema schema;

  private Enriching(String plan, Enrich enrich) throws Exception {
    this.enrich = enrich;
    schema = DecisionEventsPlan.read(plan).eventSchema().parsed();
    int customer = schema.getField("customer_id").pos();
    harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(enrich),
            event -> (String) event.getField(customer),
            Types.STRING);
  }

  /**
   * A plan.
   *
   * @param enrichments as JSON, each with what is not told: of use case shop, a count of all
   */
  static String plan(String... enrichments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode plan = (ObjectNode) json.readTree(Vectors.decisionEventsPlan());
    plan.set("fields", json.readTree(Vectors.plan("decision_events")).get("fields"));
    ArrayNode declared = plan.putArray("enrichments");
    for (String enrichment : enrichments) {
      ObjectNode whole = declared.addObject().put("use_case", "shop").put("aggregate", "count");
      whole.put("type", "long").putArray("arguments");
      whole.putArray("same");
      whole.setAll((ObjectNode) json.readTree(enrichment));
    }
    return plan.toString();
  }

  static Enriching of(String plan) throws Exception {
    return restored(plan, null);
  }

  /**
   * From a state.
   *
   * @param state null: of nothing
   */
  static Enriching restored(String plan, OperatorSubtaskState state) throws Exception {
    return opened(plan, new Enrich(plan), state);
  }

  /** With other bounds of what is kept of a customer. */
  static Enriching bounded(String plan, int mostDecisions, int mostBytes) throws Exception {
    return opened(plan, new Enrich(plan, mostDecisions, mostBytes), null);
  }

  private static Enriching opened(String plan, Enrich enrich, OperatorSubtaskState state)
      throws Exception {
    Enriching enriching = new Enriching(plan, enrich);
    // As in a job: every event is copied as the declared rows, and fails here if it is none.
    enriching.harness.setup(
        RowTypes.of(enriching.schema).createSerializer(new SerializerConfigImpl()));
    if (state != null) {
      enriching.harness.initializeState(state);
    }
    enriching.harness.open();
    return enriching;
  }

  /** The event of a decision, as it leaves the operator. */
  Row pass(String customer, String decision, int revision, long time, String outcome, double amount)
      throws Exception {
    return pass(customer, decision, revision, time, outcome, amount, "m", "EUR", null, null);
  }

  Row pass(
      String customer,
      String decision,
      int revision,
      long time,
      String outcome,
      double amount,
      String merchant,
      String currency,
      String product,
      String reason)
      throws Exception {
    Row event = new Row(schema.getFields().size());
    set(event, "decision_id", decision);
    set(event, "revision", revision);
    set(event, "customer_id", customer);
    set(event, "event_time", time);
    set(event, "request", Row.of(merchant, amount, currency, product));
    set(event, "checks", List.of());
    set(event, "outcome", Row.of(outcome, "p@1", reason, null, time));
    set(event, "parts", List.of());
    harness.processElement(event, 0);
    Row passed = harness.extractOutputValues().get(0);
    harness.getOutput().clear();
    return passed;
  }

  Row history(Row event) {
    return (Row) get(event, "history");
  }

  /** The one value that is set of an enrichment; null when none is. */
  @SuppressWarnings("unchecked") // as the schema declares it
  Object enrichment(Row event, String name) {
    Row value = ((Map<String, Row>) get(event, "enrichments")).get(name);
    Object found = null;
    for (int field = 0; field < value.getArity(); field++) {
      found = value.getField(field) == null ? found : value.getField(field);
    }
    return found;
  }

  Object get(Row event, String field) {
    return event.getField(schema.getField(field).pos());
  }

  private void set(Row event, String field, Object value) {
    event.setField(schema.getField(field).pos(), value);
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
