package io.decisionstore.operators.variables;

import io.decisionstore.operators.avro.EventDecoder;
import io.decisionstore.operators.avro.UnreadableEventException;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.expression.Expression;
import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.plan.PlanField;
import io.decisionstore.operators.plan.VariablesPlan;
import io.decisionstore.operators.registry.SchemaRegistry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Kafka records to rows of decisions: the plan's fields, read from the event or derived. What is
 * not an event is a dead letter.
 */
final class DecodeDecisions extends ProcessFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final String plan;
  private transient EventDecoder decoder;
  private transient DecisionRows rows;
  private transient Map<String, String[]> paths;
  private transient Map<String, Expression> derived;

  DecodeDecisions(String plan) {
    this.plan = plan;
  }

  @Override
  public void open(OpenContext context) {
    VariablesPlan parsed = VariablesPlan.read(plan);
    decoder = new EventDecoder(parsed.eventSchema(), new SchemaRegistry(parsed.registryUrl()));
    rows = new DecisionRows(parsed);
    paths = new LinkedHashMap<>();
    for (PlanField field : parsed.fields()) {
      if (field.path() != null) {
        paths.put(field.name(), field.path().split("\\."));
      }
    }
    derived = derived(parsed);
  }

  /**
   * The derived fields' expressions, in their order.
   *
   * @throws IllegalArgumentException one does not compile
   */
  static Map<String, Expression> derived(VariablesPlan plan) {
    Map<String, Expression> derived = new LinkedHashMap<>();
    for (PlanField field : plan.fields()) {
      if (field.expression() != null) {
        derived.put(
            field.name(), Expression.compile(field.expression(), plan.fieldTypes(), field.type()));
      }
    }
    return derived;
  }

  @Override
  public void processElement(Row record, Context context, Collector<Row> out) {
    try {
      out.collect(decision(decoder.decode((byte[]) record.getField(KafkaRows.VALUE))));
    } catch (UnreadableEventException unreadable) {
      context.output(
          DeadLetter.TAG, DeadLetter.ofKafka("variables", unreadable.getMessage(), record));
    }
  }

  private Row decision(GenericRecord event) {
    Row decision = new Row(rows.arity());
    decision.setField(DecisionRows.DECISION_ID, event.get("decision_id").toString());
    decision.setField(DecisionRows.REVISION, event.get("revision"));
    decision.setField(DecisionRows.EVENT_TIME, event.get("event_time"));
    paths.forEach((name, path) -> decision.setField(rows.position(name), at(event, path)));
    if (!derived.isEmpty()) {
      Map<String, Object> known = new HashMap<>();
      paths.keySet().forEach(name -> known.put(name, decision.getField(rows.position(name))));
      Map<String, Object> environment = Expression.environment(known);
      derived.forEach(
          (name, expression) -> {
            Object value = expression.valueOrNull(environment);
            decision.setField(rows.position(name), value);
            Expression.put(environment, name, value);
          });
    }
    return decision;
  }

  private static Object at(GenericRecord event, String[] path) {
    Object value = event;
    for (String step : path) {
      value = value instanceof GenericRecord record ? record.get(step) : null;
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    boolean asIs =
        value == null
            || value instanceof Long
            || value instanceof Double
            || value instanceof Boolean;
    return asIs ? value : value.toString(); // Avro's own text, or an enum's symbol
  }
}
