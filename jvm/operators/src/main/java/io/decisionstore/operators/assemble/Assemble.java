package io.decisionstore.operators.assemble;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.avro.RowTypes;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.part.PartRows;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Assembles decisions from their parts, by decision id.
 *
 * <p>A complete decision is emitted at once, and again with every later part. One that stays
 * incomplete is told to a side output and goes on waiting.
 */
public final class Assemble extends KeyedProcessFunction<String, Row, Row> {
  private static final long serialVersionUID = 1L;

  /** What is kept of a decision, in one compact value. */
  private static final TypeInformation<Row> STATE =
      Types.ROW_NAMED(
          new String[] {"customer_id", "since", "tell_incomplete_at", "parts"},
          Types.STRING,
          Types.LONG,
          Types.LONG,
          Types.LIST(Parts.ROW));

  private static final int CUSTOMER_ID = 0;
  private static final int SINCE = 1;
  private static final int TELL_INCOMPLETE_AT = 2;
  private static final int PARTS = 3;

  static final OutputTag<Row> INCOMPLETE = new OutputTag<>("incomplete", KafkaRows.OUT);

  /**
   * Kafka takes messages up to a configured size; events hold every payload (see the topics'
   * max.message.bytes).
   */
  private static final long MOST_PAYLOAD_CHARS = 4_000_000;

  private final String plan;
  private transient long incompleteAfterMs;
  private transient Decision decision;
  private transient ValueState<Row> state;

  Assemble(String plan) {
    this.plan = plan;
  }

  /**
   * Rows of {@link PartRows#VALID} to rows of the event schema, with nothing of other decisions
   * yet.
   */
  public static SingleOutputStreamOperator<Row> apply(DataStream<Row> parts, String plan) {
    TypeInformation<Row> events = RowTypes.of(DecisionEventsPlan.read(plan).eventSchema().parsed());
    return parts
        .keyBy(part -> (String) part.getField(PartRows.DECISION_ID), Types.STRING)
        .process(new Assemble(plan), events);
  }

  /** Parts that belong to no decision, for Kafka. */
  public static DataStream<Row> deadLetters(SingleOutputStreamOperator<Row> assembled) {
    return assembled.getSideOutput(DeadLetter.TAG);
  }

  /** Decisions that waited too long, for Kafka. */
  public static DataStream<Row> incomplete(SingleOutputStreamOperator<Row> assembled) {
    return assembled.getSideOutput(INCOMPLETE);
  }

  @Override
  public void open(OpenContext context) {
    DecisionEventsPlan parsed = DecisionEventsPlan.read(plan);
    incompleteAfterMs = parsed.incompleteAfterMs();
    decision = new Decision(parsed.eventSchema().parsed());
    ValueStateDescriptor<Row> descriptor = new ValueStateDescriptor<>("decision", STATE);
    // Counted from the last part: a correction finds its decision for that long.
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(Duration.ofMillis(parsed.retentionMs())).build());
    state = getRuntimeContext().getState(descriptor);
  }

  @Override
  public void processElement(Row part, Context context, Collector<Row> out) throws Exception {
    long now = context.timerService().currentProcessingTime();
    Row known = state.value();
    if (known == null) {
      known = Row.of(part.getField(PartRows.CUSTOMER_ID), now, null, List.of());
    }
    if (!part.getField(PartRows.CUSTOMER_ID).equals(known.getField(CUSTOMER_ID))) {
      String reason = "customer_id: the decision's first part is of another customer";
      context.output(DeadLetter.TAG, deadLetter(part, reason));
      return;
    }
    List<Row> parts = Parts.with(parts(known), eventPart(part));
    if (parts == null) {
      return; // delivered before
    }
    if (payloadChars(parts) > MOST_PAYLOAD_CHARS) {
      String reason =
          "payload: the decision's parts take more than %,d characters together"
              .formatted(MOST_PAYLOAD_CHARS);
      context.output(DeadLetter.TAG, deadLetter(part, reason));
      return;
    }
    boolean complete = decision.missing(parts).isEmpty();
    Long tellIncompleteAt = (Long) known.getField(TELL_INCOMPLETE_AT);
    if (complete) {
      tellIncompleteAt = null;
      out.collect(
          decision.event(context.getCurrentKey(), (String) known.getField(CUSTOMER_ID), parts));
    } else if (tellIncompleteAt == null) {
      tellIncompleteAt = now + incompleteAfterMs;
      context.timerService().registerProcessingTimeTimer(tellIncompleteAt);
    }
    state.update(
        Row.of(known.getField(CUSTOMER_ID), known.getField(SINCE), tellIncompleteAt, parts));
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Row> out) throws Exception {
    Row known = state.value();
    // Another time: the decision was complete in between, and waits anew.
    if (known != null && Long.valueOf(time).equals(known.getField(TELL_INCOMPLETE_AT))) {
      context.output(INCOMPLETE, incomplete(context.getCurrentKey(), known, time));
    }
  }

  private Row incomplete(String decisionId, Row known, long time) {
    ObjectNode told = DeadLetter.object();
    told.put("decision_id", decisionId);
    told.put("customer_id", (String) known.getField(CUSTOMER_ID));
    ArrayNode parts = told.putArray("parts");
    for (Row part : parts(known)) {
      ObjectNode one = parts.addObject();
      one.put("part", (String) part.getField(Parts.PART));
      one.put("name", (String) part.getField(Parts.NAME));
      one.put("revision", (Integer) part.getField(Parts.REVISION));
    }
    ArrayNode missing = told.putArray("missing");
    decision.missing(parts(known)).forEach(missing::add);
    told.put("since", (Long) known.getField(SINCE));
    byte[] key = decisionId.getBytes(StandardCharsets.UTF_8);
    return Row.of(key, told.toString().getBytes(StandardCharsets.UTF_8), time);
  }

  private static Row deadLetter(Row part, String reason) {
    return DeadLetter.of(
        "assemble",
        reason,
        (String) part.getField(PartRows.DECISION_ID),
        "INSERT",
        DeadLetter.fields(part, PartRows.FIELDS, PartRows.DECISION_ID, PartRows.SHARD_ID),
        DeadLetter.streamPosition(
            part.getField(PartRows.SHARD_ID), part.getField(PartRows.SEQUENCE_NUMBER)));
  }

  private static long payloadChars(List<Row> parts) {
    return parts.stream().mapToLong(one -> ((String) one.getField(Parts.PAYLOAD)).length()).sum();
  }

  @SuppressWarnings("unchecked") // as STATE declares it
  private static List<Row> parts(Row known) {
    return (List<Row>) known.getField(PARTS);
  }

  private static Row eventPart(Row part) {
    return Row.of(
        part.getField(PartRows.PART),
        part.getField(PartRows.NAME),
        part.getField(PartRows.REVISION),
        part.getField(PartRows.EVENT_TIME),
        part.getField(PartRows.SCHEMA),
        part.getField(PartRows.PAYLOAD));
  }
}
