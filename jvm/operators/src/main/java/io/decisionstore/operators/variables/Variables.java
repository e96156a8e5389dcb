package io.decisionstore.operators.variables;

import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.plan.VariablesPlan;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;

/**
 * Keeps declared variables: decision events in, items of the variables table out.
 *
 * <p>An item depends on the set of newest revisions and the clock alone: not on the order of
 * events, and not on how often one was delivered.
 */
public final class Variables {
  private Variables() {}

  /**
   * Kafka rows to rows of decisions: decision id, revision, event time, the plan's other fields.
   */
  public static SingleOutputStreamOperator<Row> decode(DataStream<Row> kafkaRows, String plan) {
    VariablesPlan parsed = VariablesPlan.read(plan);
    DecodeDecisions.derived(parsed); // a broken plan stops here, not on the cluster
    return kafkaRows
        .process(new DecodeDecisions(plan), new DecisionRows(parsed).type())
        .uid("variables-decode")
        .name("variables-decode");
  }

  /** What {@link #decode} could not read, for Kafka. */
  public static DataStream<Row> deadLetters(SingleOutputStreamOperator<Row> decoded) {
    return decoded.getSideOutput(DeadLetter.TAG);
  }

  /**
   * Rows of decisions to changes: {@code before}, what to take back (null for a new decision), and
   * {@code after}, what to add.
   */
  public static SingleOutputStreamOperator<Row> newestRevisions(
      DataStream<Row> decisions, String plan) {
    return decisions
        .keyBy(decision -> (String) decision.getField(DecisionRows.DECISION_ID), Types.STRING)
        .process(new NewestRevisions(plan), new DecisionRows(VariablesPlan.read(plan)).changeType())
        .uid("variables-newest-revisions")
        .name("variables-newest-revisions");
  }

  /** Changes to the items of one entity of the plan. */
  public static SingleOutputStreamOperator<Row> compute(
      DataStream<Row> changes, String plan, String entityName) {
    VariablesPlan.Entity entity = VariablesPlan.read(plan).entity(entityName);
    Contributions contributions = new Contributions(plan, entityName);
    contributions.compile(); // a broken expression stops here, not on the cluster
    String name = "variables-" + entityName;
    return changes
        .process(new Contributions(plan, entityName), Contributions.CHANGE)
        .uid(name + "-contributions")
        .name(name + "-contributions")
        .keyBy(change -> (String) change.getField(Contributions.ENTITY), Types.STRING)
        .process(new EntityVariables(plan, entityName), ItemRows.of(entity))
        .uid(name)
        .name(name);
  }
}
