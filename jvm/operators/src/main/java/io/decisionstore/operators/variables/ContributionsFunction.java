package io.decisionstore.operators.variables;

import io.decisionstore.operators.avro.UnreadableEventException;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.plan.VariablesPlan;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Kafka records to what each decision means for the entities it names. What is not an event is a
 * dead letter.
 */
final class ContributionsFunction extends ProcessFunction<Row, DecisionContributions> {
  private static final long serialVersionUID = 1L;

  private final String plan;
  private transient Contributions contributions;

  ContributionsFunction(String plan) {
    this.plan = plan;
  }

  @Override
  public void open(OpenContext context) {
    VariablesPlan parsed = VariablesPlan.read(plan);
    contributions = new Contributions(parsed, new Layout(parsed));
    getRuntimeContext().getMetricGroup().gauge("keysTooLong", contributions::keysTooLong);
  }

  @Override
  public void processElement(Row record, Context context, Collector<DecisionContributions> out) {
    try {
      out.collect(contributions.of((byte[]) record.getField(KafkaRows.VALUE)));
    } catch (UnreadableEventException unreadable) {
      context.output(
          DeadLetter.TAG, DeadLetter.ofKafka("variables", unreadable.getMessage(), record));
    }
  }
}
