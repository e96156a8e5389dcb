package io.decisionstore.operators.enrich;

import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Takes the fixtures. */
class EnrichStateTest {
  private static final String PLAN = Vectors.decisionEventsPlan();
  private static final Schema EVENT = DecisionEventsPlan.read(PLAN).eventSchema().parsed();

  @Test
  @EnabledIfSystemProperty(named = "state.file", matches = ".+")
  void take() throws Exception {
    try (var harness =
        new KeyedOneInputStreamOperatorTestHarness<String, Row, Row>(
            new KeyedProcessOperator<>(new Enrich(PLAN)),
            event -> (String) event.getField(EVENT.getField("customer_id").pos()),
            Types.STRING)) {
      harness.setStateTtlProcessingTime(50_000);
      harness.open();
      harness.processElement(event("c-1", "d-1", 2, 89_999, "DECLINED", 1), 0);
      harness.processElement(event("c-1", "d-3", 2, 95_000, "DECLINED", 7), 0);
      harness.processElement(event("c-1", "d-2", 2, 90_001, "REFERRED", 2.5), 0);
      harness.processElement(event("c-1", "d-2", 3, 90_001, "APPROVED", 2.5), 0);
      harness.processElement(event("c-2", "d-5", 2, 99_000, "APPROVED", 100), 0);
      OperatorSnapshotUtil.writeStateHandle(
          harness.snapshot(1, 0), Path.of(System.getProperty("state.file")).toString());
    }
  }

  private static Row event(
      String customer, String decision, int revision, long time, String outcome, double amount) {
    Row event = new Row(EVENT.getFields().size());
    set(event, "decision_id", decision);
    set(event, "revision", revision);
    set(event, "customer_id", customer);
    set(event, "event_time", time);
    set(event, "request", Row.of("m", amount, "EUR", null));
    set(event, "checks", List.of());
    set(event, "outcome", Row.of(outcome, "p@1", null, null, time));
    set(event, "parts", List.of());
    return event;
  }

  private static void set(Row event, String field, Object value) {
    event.setField(EVENT.getField(field).pos(), value);
  }
}
