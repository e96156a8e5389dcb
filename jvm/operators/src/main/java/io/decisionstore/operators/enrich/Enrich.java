package io.decisionstore.operators.enrich;

import io.decisionstore.operators.avro.RowTypes;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Adds the customer's history: the other decisions in the window before this one, newest revision
 * each, as known when the event passes.
 */
public final class Enrich extends KeyedProcessFunction<String, Row, Row> {
  private static final long serialVersionUID = 1L;

  /** What is kept of each decision of a customer. */
  private static final TypeInformation<Row> STATE =
      Types.ROW_NAMED(
          new String[] {"event_time", "revision", "outcome", "amount"},
          Types.LONG,
          Types.INT,
          Types.STRING,
          Types.DOUBLE);

  private static final int EVENT_TIME = 0;
  private static final int REVISION = 1;
  private static final int OUTCOME = 2;
  private static final int AMOUNT = 3;

  private final String plan;
  private transient long windowMs;
  private transient Schema schema;
  private transient MapState<String, Row> decisions;

  Enrich(String plan) {
    this.plan = plan;
  }

  /** Rows of the event schema, with {@code history} filled in. */
  public static SingleOutputStreamOperator<Row> apply(DataStream<Row> events, String plan) {
    Schema schema = DecisionEventsPlan.read(plan).eventSchema().parsed();
    int customer = schema.getField("customer_id").pos();
    return events
        .keyBy(event -> (String) event.getField(customer), Types.STRING)
        .process(new Enrich(plan), RowTypes.of(schema));
  }

  @Override
  public void open(OpenContext context) {
    DecisionEventsPlan parsed = DecisionEventsPlan.read(plan);
    windowMs = parsed.historyWindowMs();
    schema = parsed.eventSchema().parsed();
    MapStateDescriptor<String, Row> descriptor =
        new MapStateDescriptor<>("decisions", Types.STRING, STATE);
    // A correction may come for as long as assemble keeps its decision, and looks back from there.
    Duration kept = Duration.ofMillis(parsed.retentionMs() + windowMs);
    descriptor.enableTimeToLive(StateTtlConfig.newBuilder(kept).build());
    decisions = getRuntimeContext().getMapState(descriptor);
  }

  @Override
  public void processElement(Row event, Context context, Collector<Row> out) throws Exception {
    String decisionId = (String) get(event, "decision_id");
    long eventTime = (Long) get(event, "event_time");
    Row outcome = (Row) get(event, "outcome");
    Row request = (Row) get(event, "request");
    Row known = decisions.get(decisionId);
    int revision = (Integer) get(event, "revision");
    if (known == null || (Integer) known.getField(REVISION) < revision) {
      Object verdict = outcome.getField(field("outcome", "outcome"));
      Object amount = request.getField(field("request", "amount"));
      decisions.put(decisionId, Row.of(eventTime, revision, verdict, amount));
    }
    event.setField(schema.getField("history").pos(), history(decisionId, eventTime));
    event.setField(schema.getField("enrichments").pos(), Map.of());
    event.setField(schema.getField("flags").pos(), List.of());
    out.collect(event);
  }

  private Row history(String decisionId, long eventTime) throws Exception {
    long count = 0;
    long declines = 0;
    double approvedAmount = 0;
    Row previous = null;
    String previousId = null;
    for (var entry : decisions.entries()) {
      Row other = entry.getValue();
      long time = (Long) other.getField(EVENT_TIME);
      if (time >= eventTime || time <= eventTime - windowMs || entry.getKey().equals(decisionId)) {
        continue;
      }
      count++;
      if ("DECLINED".equals(other.getField(OUTCOME))) {
        declines++;
      } else if ("APPROVED".equals(other.getField(OUTCOME))) {
        approvedAmount += (Double) other.getField(AMOUNT);
      }
      if (previous == null || isLater(time, entry.getKey(), previous, previousId)) {
        previous = other;
        previousId = entry.getKey();
      }
    }
    return Row.of(
        count,
        declines,
        approvedAmount,
        previous == null ? null : previous.getField(OUTCOME),
        previous == null ? null : eventTime - (Long) previous.getField(EVENT_TIME));
  }

  private static boolean isLater(long time, String decisionId, Row other, String otherId) {
    int comparison = Long.compare(time, (Long) other.getField(EVENT_TIME));
    return comparison > 0 || (comparison == 0 && decisionId.compareTo(otherId) > 0);
  }

  private Object get(Row event, String field) {
    return event.getField(schema.getField(field).pos());
  }

  private int field(String record, String field) {
    return schema.getField(record).schema().getField(field).pos();
  }
}
