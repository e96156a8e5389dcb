package io.decisionstore.operators.enrich;

import io.decisionstore.operators.aggregate.ByteWriter;
import io.decisionstore.operators.avro.RowFields;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import io.decisionstore.operators.plan.DecisionEventsPlan.Enrichment;
import io.decisionstore.operators.plan.PlanField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.types.Row;

/**
 * What is added to an event: its {@code history}, {@code enrichments} and {@code flags}. Not for
 * several threads.
 */
final class Additions {
  private final Schema schema;
  private final long historyWindowMs;
  private final List<Enrichment> declared;
  private final RowFields fields;
  private final Enrichments enrichments; // history's first
  private final Rules rules;

  /**
   * Compiles the plan.
   *
   * @throws IllegalArgumentException something in it does not compile, or the event's schema has no
   *     room for it
   */
  Additions(DecisionEventsPlan plan) {
    schema = plan.eventSchema().parsed();
    if (schema.getField("enrichments") == null || schema.getField("flags") == null) {
      throw new IllegalArgumentException(
          "The event's schema has no room for enrichments and flags: register the one this release ships.");
    }
    historyWindowMs = plan.historyWindowMs();
    declared = plan.enrichments();
    List<PlanField> read = new ArrayList<>(plan.fields());
    read.addAll(History.FIELDS);
    fields = new RowFields(schema, read);
    List<Enrichment> all = new ArrayList<>(History.enrichments(historyWindowMs));
    all.addAll(declared);
    enrichments = new Enrichments(all, read);
    rules = new Rules(plan);
  }

  /** What expressions see of an event. */
  Object[] fields(Row event) {
    return fields.of(event);
  }

  /** Writes what a decision contributes to later ones. */
  void contribute(Object[] fields, ByteWriter out) {
    enrichments.write(fields, out);
  }

  /**
   * Fills in what is added.
   *
   * @param itself where the event's decision is among the past ones; -1 when it is not there
   */
  void add(Row event, long time, Object[] fields, PastDecisions past, int itself) {
    Object[] values = enrichments.asOf(past, itself, time, fields);
    int histories = values.length - declared.size();
    Row history = Row.of(Arrays.copyOf(values, histories + 1));
    history.setField(histories, age(past, itself, time));
    Object[] ofPlan = Arrays.copyOfRange(values, histories, values.length);
    set(event, "history", history);
    set(event, "enrichments", named(ofPlan));
    set(event, "flags", rules.flags(fields, ofPlan));
  }

  /** Of the decision before this one, if it is in history's window. */
  private Long age(PastDecisions past, int itself, long time) {
    int previous = past.until(time - 1) - 1;
    previous = previous == itself ? previous - 1 : previous;
    if (previous < 0 || past.time(previous) <= time - historyWindowMs) {
      return null;
    }
    return time - past.time(previous);
  }

  private Map<String, Row> named(Object[] values) {
    Schema type = schema.getField("enrichments").schema().getValueType();
    Map<String, Row> named = new LinkedHashMap<>();
    for (int number = 0; number < values.length; number++) {
      Enrichment enrichment = declared.get(number);
      Row value = new Row(type.getFields().size());
      String field = enrichment.type().name().toLowerCase(Locale.ROOT);
      value.setField(type.getField(field).pos(), values[number]);
      named.put(enrichment.useCase() + "." + enrichment.name(), value);
    }
    return named;
  }

  private void set(Row event, String field, Object value) {
    event.setField(schema.getField(field).pos(), value);
  }
}
