package io.decisionstore.operators.validate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.part.PartRows;
import io.decisionstore.operators.part.PartRows.Change;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Parts that conform to the contract and to their schema go on; every other change is a dead
 * letter.
 *
 * <p>The decision table is append-only, so a change that is not an INSERT is one too: an alarm.
 */
public final class Validate extends ProcessFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final String plan;
  private transient PartSchemas schemas;

  Validate(String plan) {
    this.plan = plan;
  }

  /** Rows of {@link Change} to rows of {@link PartRows#VALID}. */
  public static SingleOutputStreamOperator<Row> apply(DataStream<Row> changes, String plan) {
    DecisionEventsPlan.read(plan); // a broken plan stops here, not on the cluster
    return changes.process(new Validate(plan), PartRows.VALID);
  }

  /** What did not conform, for Kafka. */
  public static DataStream<Row> deadLetters(SingleOutputStreamOperator<Row> validated) {
    return validated.getSideOutput(DeadLetter.TAG);
  }

  @Override
  public void open(OpenContext context) {
    schemas = new PartSchemas(DecisionEventsPlan.read(plan));
  }

  @Override
  public void processElement(Row change, Context context, Collector<Row> out) {
    String decodeError = (String) change.getField(Change.DECODE_ERROR);
    if (decodeError != null) {
      context.output(DeadLetter.TAG, deadLetter("source", decodeError, change));
      return;
    }
    try {
      String kind = (String) change.getField(Change.EVENT_KIND);
      if (!"INSERT".equals(kind)) {
        throw new InvalidPartException(
            "event_kind: the decision table is append-only, and this is a " + kind);
      }
      PartContract.SchemaReference reference = PartContract.check(change);
      schemas.get(reference).parse((String) change.getField(Change.PAYLOAD));
      out.collect(validPart(change));
    } catch (InvalidPartException broken) {
      context.output(DeadLetter.TAG, deadLetter("validate", broken.getMessage(), change));
    } catch (InvalidPayloadException broken) {
      String reason = "payload." + broken.getMessage();
      context.output(DeadLetter.TAG, deadLetter("validate", reason, change));
    }
  }

  private static Row validPart(Row change) {
    Row part = new Row(PartRows.VALID.getArity());
    part.setField(PartRows.DECISION_ID, change.getField(Change.DECISION_ID));
    part.setField(PartRows.PART_REVISION, change.getField(Change.PART_REVISION));
    part.setField(PartRows.PART, change.getField(Change.PART));
    part.setField(PartRows.NAME, change.getField(Change.NAME));
    part.setField(PartRows.REVISION, ((Long) change.getField(Change.REVISION)).intValue());
    part.setField(PartRows.CUSTOMER_ID, change.getField(Change.CUSTOMER_ID));
    part.setField(PartRows.EVENT_TIME, change.getField(Change.EVENT_TIME));
    part.setField(PartRows.SCHEMA, change.getField(Change.SCHEMA));
    part.setField(PartRows.PAYLOAD, change.getField(Change.PAYLOAD));
    part.setField(PartRows.SHARD_ID, change.getField(Change.SHARD_ID));
    part.setField(PartRows.SEQUENCE_NUMBER, change.getField(Change.SEQUENCE_NUMBER));
    return part;
  }

  private static Row deadLetter(String stage, String reason, Row change) {
    ObjectNode original =
        DeadLetter.fields(change, Change.FIELDS, Change.DECISION_ID, Change.FIELDS.length);
    String raw = (String) change.getField(Change.RAW);
    if (raw != null) {
      original.put("raw", raw); // the whole record as DynamoDB JSON
    }
    return DeadLetter.of(
        stage,
        reason,
        (String) change.getField(Change.DECISION_ID),
        (String) change.getField(Change.EVENT_KIND),
        original,
        DeadLetter.streamPosition(
            change.getField(Change.SHARD_ID), change.getField(Change.SEQUENCE_NUMBER)));
  }
}
