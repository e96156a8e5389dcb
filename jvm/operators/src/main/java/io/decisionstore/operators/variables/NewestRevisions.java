package io.decisionstore.operators.variables;

import io.decisionstore.operators.plan.VariablesPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * The newest revision of each decision: what was seen before, or is older, is dropped; a newer one
 * goes on with the one it replaces.
 */
final class NewestRevisions extends KeyedProcessFunction<String, Row, Row> {
  private static final long serialVersionUID = 1L;

  /** Fields by name: a field that is added later does not make the state unreadable. */
  private static final TypeInformation<Row> FIELD =
      Types.ROW_NAMED(new String[] {"name", "value"}, Types.STRING, Cells.CELL);

  private static final TypeInformation<Row> STATE =
      Types.ROW_NAMED(
          new String[] {"revision", "event_time", "fields"},
          Types.INT,
          Types.LONG,
          Types.LIST(FIELD));

  private final String plan;
  private transient DecisionRows rows;
  private transient ValueState<Row> newest;

  NewestRevisions(String plan) {
    this.plan = plan;
  }

  @Override
  public void open(OpenContext context) {
    VariablesPlan parsed = VariablesPlan.read(plan);
    rows = new DecisionRows(parsed);
    ValueStateDescriptor<Row> descriptor = new ValueStateDescriptor<>("newest", STATE);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(Duration.ofMillis(parsed.retentionMs())).build());
    newest = getRuntimeContext().getState(descriptor);
  }

  @Override
  public void processElement(Row decision, Context context, Collector<Row> out) throws Exception {
    Row known = newest.value();
    int revision = (Integer) decision.getField(DecisionRows.REVISION);
    if (known != null && revision <= (Integer) known.getField(0)) {
      return;
    }
    newest.update(stored(decision));
    out.collect(Row.of(known == null ? null : restored(context.getCurrentKey(), known), decision));
  }

  private Row stored(Row decision) {
    List<Row> fields = new ArrayList<>();
    for (String name : rows.names()) {
      int position = rows.position(name);
      Object value = decision.getField(position);
      if (position > DecisionRows.EVENT_TIME && value != null) {
        fields.add(Row.of(name, Cells.ofField(value)));
      }
    }
    return Row.of(
        decision.getField(DecisionRows.REVISION),
        decision.getField(DecisionRows.EVENT_TIME),
        fields);
  }

  private Row restored(String decisionId, Row known) {
    Row decision = new Row(rows.arity());
    decision.setField(DecisionRows.DECISION_ID, decisionId);
    decision.setField(DecisionRows.REVISION, known.getField(0));
    decision.setField(DecisionRows.EVENT_TIME, known.getField(1));
    @SuppressWarnings("unchecked") // as STATE declares it
    List<Row> fields = (List<Row>) known.getField(2);
    for (Row field : fields) {
      Integer position = rows.positionOrNull((String) field.getField(0));
      if (position != null) {
        decision.setField(position, Cells.value((Row) field.getField(1)));
      }
    }
    return decision;
  }
}
