package io.decisionstore.operators.steps;

import io.decisionstore.operators.avro.RowTypes;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import io.decisionstore.operators.plan.PlanField;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.RowTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;

/**
 * The JVM's side of a team's own Python: {@link #open} before the first step, {@link #close} after
 * the last. Python sees the fields it reads; the event itself passes it as bytes.
 */
public final class Steps {
  private Steps() {}

  /**
   * Events as {@link StepRows}.
   *
   * @param events rows of the event schema
   * @param plan of the job
   * @param reads the fields that steps read
   */
  public static SingleOutputStreamOperator<Row> open(
      DataStream<Row> events, String plan, String[] reads) {
    DecisionEventsPlan parsed = DecisionEventsPlan.read(plan);
    requireRoom(parsed.eventSchema().parsed());
    TypeInformation<Row> rows = StepRows.of(List.of(reads), PlanField.types(parsed.fields()));
    return events.map(new OpenEvents(plan, reads), rows);
  }

  /**
   * Rows under a key of their fields, as PyFlink's keyed operators take them.
   *
   * @param rows of {@link #open}, maybe after some steps
   * @param key names of fields
   */
  public static SingleOutputStreamOperator<Row> keyed(DataStream<Row> rows, String[] key) {
    RowTypeInfo type = (RowTypeInfo) rows.getType();
    RowTypeInfo fields = (RowTypeInfo) type.<Row>getTypeAt(StepRows.FIELDS);
    return rows.map(new KeyedRows(fields, key), StepRows.keyed(rows.getType()));
  }

  /** Rows as events again, with what was added and with a flag for what failed. */
  public static SingleOutputStreamOperator<Row> close(DataStream<Row> rows, String plan) {
    Schema schema = DecisionEventsPlan.read(plan).eventSchema().parsed();
    return rows.process(new CloseEvents(plan), RowTypes.of(schema));
  }

  /** What failed, for Kafka. */
  public static DataStream<Row> deadLetters(SingleOutputStreamOperator<Row> closed) {
    return closed.getSideOutput(DeadLetter.TAG);
  }

  private static void requireRoom(Schema event) {
    if (event.getField("enrichments") == null || event.getField("flags") == null) {
      throw new IllegalArgumentException(
          "The registered schema of the decision event has no enrichments and flags, where steps"
              + " put what they add: register the schema of this release (the API does so when it"
              + " starts).");
    }
  }
}
