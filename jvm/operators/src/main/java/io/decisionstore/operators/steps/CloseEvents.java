package io.decisionstore.operators.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.avro.RowEncoder;
import io.decisionstore.operators.avro.RowTypes;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Unpacks the event and puts into it what steps added. A step that failed is flagged as
 * USE_CASE.STEP_failed, counted by the metric {@code failed_steps}, and told in a dead letter; the
 * event goes on.
 */
final class CloseEvents extends ProcessFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final String plan;
  private transient Schema schema;
  private transient TypeSerializer<Row> events;
  private transient RowEncoder encoder;
  private transient Counter failed;

  CloseEvents(String plan) {
    this.plan = plan;
  }

  @Override
  public void open(OpenContext context) {
    DecisionEventsPlan parsed = DecisionEventsPlan.read(plan);
    schema = parsed.eventSchema().parsed();
    events = RowTypes.of(schema).createSerializer(new SerializerConfigImpl());
    encoder = new RowEncoder(parsed.eventSchema());
    failed = getRuntimeContext().getMetricGroup().counter("failed_steps");
  }

  @Override
  public void processElement(Row row, Context context, Collector<Row> out) throws IOException {
    Row event =
        events.deserialize(new DataInputDeserializer((byte[]) row.getField(StepRows.EVENT)));
    add(event, row.getFieldAs(StepRows.ADDED));
    Map<String, String> failures = row.getFieldAs(StepRows.FAILURES);
    if (!failures.isEmpty()) {
      flag(event, failures);
      for (var failure : failures.entrySet()) {
        failed.inc();
        context.output(DeadLetter.TAG, deadLetter(failure.getKey(), failure.getValue(), event));
      }
    }
    out.collect(event);
  }

  private void add(Row event, Map<String, Row> added) {
    if (!added.isEmpty()) {
      int position = schema.getField("enrichments").pos();
      Map<String, Row> enrichments = new HashMap<>(event.<Map<String, Row>>getFieldAs(position));
      enrichments.putAll(added);
      event.setField(position, enrichments);
    }
  }

  private void flag(Row event, Map<String, String> failures) {
    int position = schema.getField("flags").pos();
    TreeSet<String> flags = new TreeSet<>(event.<List<String>>getFieldAs(position));
    failures.keySet().forEach(step -> flags.add(step + "_failed"));
    event.setField(position, List.copyOf(flags));
  }

  /** Its original is the event as it goes on, in base64 of the Kafka value. */
  private Row deadLetter(String step, String traceback, Row event) {
    String decision = (String) event.getField(schema.getField("decision_id").pos());
    ObjectNode original = DeadLetter.object();
    original.put("decision_id", decision);
    original.put("revision", (Integer) event.getField(schema.getField("revision").pos()));
    original.put("event", encoder.encode(event));
    return DeadLetter.of(
        "steps", step + " failed: " + traceback, decision, null, original, DeadLetter.object());
  }
}
