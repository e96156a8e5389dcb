package io.decisionstore.operators.variables;

import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.plan.VariablesPlan;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;

/**
 * Keeps declared variables: decision events in, items of the variables table out.
 *
 * <p>An item depends on the set of newest revisions and the clock alone: not on the order of
 * events, and not on how often one was delivered. The operators are the same whatever is declared,
 * so that a plan can change across a savepoint.
 */
public final class Variables {
  private Variables() {}

  /**
   * Kafka rows to what each decision means for the entities it names.
   *
   * @throws IllegalArgumentException the plan is broken, or an expression does not compile
   */
  public static SingleOutputStreamOperator<DecisionContributions> contributions(
      DataStream<Row> kafkaRows, String plan) {
    VariablesPlan parsed = VariablesPlan.read(plan);
    new Contributions(parsed, new Layout(parsed)); // what is broken stops here, not on the cluster
    return named(
        kafkaRows.process(new ContributionsFunction(plan), DecisionContributions.TYPE),
        "variables-contributions");
  }

  /** What {@link #contributions} could not read, for Kafka. */
  public static DataStream<Row> deadLetters(
      SingleOutputStreamOperator<DecisionContributions> contributions) {
    return contributions.getSideOutput(DeadLetter.TAG);
  }

  /** The newest revision of each decision, as what it changes for entities. */
  public static SingleOutputStreamOperator<EntityChange> decisions(
      DataStream<DecisionContributions> contributions, String plan) {
    return named(
        contributions
            .keyBy(DecisionContributions::decisionId, StateKey.TYPE)
            .process(new DecisionsFunction(plan), EntityChange.TYPE),
        "variables-decisions");
  }

  /** Changes to items: {@code entity}, {@code use_case}, {@code version}, {@code as_of}, item. */
  public static SingleOutputStreamOperator<Row> entities(
      DataStream<EntityChange> changes, String plan) {
    return named(
        changes
            .keyBy(EntityChange::key, StateKey.TYPE)
            .process(new EntitiesFunction(plan), Item.ROW),
        "variables-entities");
  }

  private static <T> SingleOutputStreamOperator<T> named(
      SingleOutputStreamOperator<T> stream, String name) {
    return stream.uid(name).name(name);
  }
}
