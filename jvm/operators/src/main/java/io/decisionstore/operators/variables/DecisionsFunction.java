package io.decisionstore.operators.variables;

import io.decisionstore.operators.plan.VariablesPlan;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** {@link NewestRevisions}, with what is known of each decision in Flink's state. */
final class DecisionsFunction
    extends KeyedProcessFunction<String, DecisionContributions, EntityChange> {
  private static final long serialVersionUID = 1L;

  /**
   * On the heap, how many decisions are looked at with every read and write, so that old ones go:
   * at two accesses a decision about half as many are kept too long as there are. Flink's own 5
   * cost 17 % of the whole job. RocksDB drops them when it compacts.
   */
  private static final int CHECKED_FOR_AGE = 1;

  private final String plan;
  private transient Layout layout;
  private transient ValueState<byte[]> newest;

  DecisionsFunction(String plan) {
    this.plan = plan;
  }

  @Override
  public void open(OpenContext context) {
    ValueStateDescriptor<byte[]> descriptor =
        new ValueStateDescriptor<>("newest", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    VariablesPlan parsed = VariablesPlan.read(plan);
    layout = new Layout(parsed);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(Duration.ofMillis(parsed.retentionMs()))
            .cleanupIncrementally(CHECKED_FOR_AGE, false)
            .cleanupFullSnapshot() // under a longer retention none of them is remembered again
            .build());
    newest = getRuntimeContext().getState(descriptor);
  }

  @Override
  public void processElement(
      DecisionContributions revision, Context context, Collector<EntityChange> out)
      throws Exception {
    if (NewestRevisions.changes(newest.value(), revision, layout, out::collect)) {
      newest.update(NewestRevisions.state(revision));
    }
  }
}
