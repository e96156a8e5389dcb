package io.decisionstore.operators.enrich;

import io.decisionstore.operators.plan.DecisionEventsPlan;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.types.Row;

/** The operator under test, fed with decisions. */
final class Enriching implements AutoCloseable {
  final KeyedOneInputStreamOperatorTestHarness<String, Row, Row> harness;
  private final Schema schema;

  private Enriching(String plan) throws Exception {
    schema = DecisionEventsPlan.read(plan).eventSchema().parsed();
    int customer = schema.getField("customer_id").pos();
    harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new Enrich(plan)),
            event -> (String) event.getField(customer),
            Types.STRING);
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
    Enriching enriching = new Enriching(plan);
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
