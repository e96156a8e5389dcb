package io.decisionstore.operators.enrich;

import io.decisionstore.operators.aggregate.ByteWriter;
import io.decisionstore.operators.avro.RowTypes;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import io.decisionstore.operators.plan.DecisionEventsPlan.Enrichment;
import java.time.Duration;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds what a customer's other decisions say: the history, the declared enrichments, and the flags
 * of the rules that hold; of decisions strictly before this one, newest revision each, as known
 * when the event passes.
 *
 * <p>Known is what came within the plan's retention and the longest window, and of one customer at
 * most the newest {@value #MOST_DECISIONS} decisions and {@value #MOST_BYTES} bytes; what is
 * forgotten beyond that is counted as {@code decisionsForgotten}.
 */
public final class Enrich extends KeyedProcessFunction<String, Row, Row> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Enrich.class);

  /** No person decides so often; whoever does must not fill the state or stop the others. */
  static final int MOST_DECISIONS = 10_000;

  static final int MOST_BYTES = 4_000_000;

  private final String plan;
  private final int mostDecisions;
  private final int mostBytes;
  private transient Additions additions;
  private transient Enrichments historyAlone;
  private transient int decisionId;
  private transient int revision;
  private transient int eventTime;
  private transient long keptMs;
  private transient ValueState<byte[]> state;
  private transient MapState<String, Row> stateOf010;
  transient Counter forgotten;

  Enrich(String plan) {
    this(plan, MOST_DECISIONS, MOST_BYTES);
  }

  Enrich(String plan, int mostDecisions, int mostBytes) {
    this.plan = plan;
    this.mostDecisions = mostDecisions;
    this.mostBytes = mostBytes;
  }

  /** Rows of the event schema, with history, enrichments and flags filled in. */
  public static SingleOutputStreamOperator<Row> apply(DataStream<Row> events, String plan) {
    DecisionEventsPlan parsed = DecisionEventsPlan.read(plan);
    new Additions(parsed); // an unfit plan is refused before the job is submitted
    Schema schema = parsed.eventSchema().parsed();
    int customer = schema.getField("customer_id").pos();
    return events
        .keyBy(event -> (String) event.getField(customer), Types.STRING)
        .process(new Enrich(plan), RowTypes.of(schema));
  }

  @Override
  public void open(OpenContext context) {
    DecisionEventsPlan parsed = DecisionEventsPlan.read(plan);
    additions = new Additions(parsed);
    historyAlone = new Enrichments(History.enrichments(parsed.historyWindowMs()), History.FIELDS);
    Schema schema = parsed.eventSchema().parsed();
    decisionId = schema.getField("decision_id").pos();
    revision = schema.getField("revision").pos();
    eventTime = schema.getField("event_time").pos();
    keptMs = parsed.retentionMs() + longestWindowMs(parsed);
    StateTtlConfig kept = StateTtlConfig.newBuilder(Duration.ofMillis(keptMs)).build();
    ValueStateDescriptor<byte[]> descriptor =
        new ValueStateDescriptor<>(
            "past-decisions", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    descriptor.enableTimeToLive(kept);
    state = getRuntimeContext().getState(descriptor);
    MapStateDescriptor<String, Row> older = StateOf010.descriptor();
    older.enableTimeToLive(kept);
    stateOf010 = getRuntimeContext().getMapState(older);
    forgotten = getRuntimeContext().getMetricGroup().counter("decisionsForgotten");
  }

  /**
   * A correction may come for as long as assemble keeps its decision, and looks back from there.
   */
  private static long longestWindowMs(DecisionEventsPlan plan) {
    return plan.enrichments().stream()
        .map(Enrichment::windowMs)
        .filter(Objects::nonNull)
        .reduce(plan.historyWindowMs(), Math::max);
  }

  @Override
  public void processElement(Row event, Context context, Collector<Row> out) throws Exception {
    String id = (String) event.getField(decisionId);
    int number = (Integer) event.getField(revision);
    long time = (Long) event.getField(eventTime);
    byte[] stored = state.value();
    PastDecisions known =
        stored == null ? StateOf010.take(stateOf010, historyAlone) : PastDecisions.of(stored);
    int itself = known.indexOf(id);
    Object[] fields = additions.fields(event);
    additions.add(event, time, fields, known, itself);
    out.collect(event);

    PastDecisions now = known;
    if (itself < 0 || known.revision(itself) < number) {
      ByteWriter contributions = new ByteWriter();
      additions.contribute(fields, contributions);
      now = known.with(id, time, number, contributions, itself);
    }
    if (now != known || stored == null) {
      state.update(bounded(now, context.timerService().currentProcessingTime()).bytes());
    }
  }

  private PastDecisions bounded(PastDecisions past, long now) {
    // Event times far ahead are errors, and one must not be why all others are forgotten.
    long newest = past.size() == 0 ? now : Math.min(now, past.time(past.size() - 1));
    int old = past.until(newest - keptMs);
    int tooMany = past.beyond(mostDecisions, mostBytes);
    if (tooMany > old) {
      if (forgotten.getCount() == 0) {
        LOG.warn(
            "A customer has more than {} decisions or {} bytes of them within {} days: the oldest are forgotten, and"
                + " counted as decisionsForgotten. Later events of this customer do not tell of them.",
            mostDecisions,
            mostBytes,
            Duration.ofMillis(keptMs).toDays());
      }
      forgotten.inc(tooMany - old);
    }
    int count = Math.max(old, tooMany);
    return count == 0 ? past : past.withoutOldest(count);
  }
}
