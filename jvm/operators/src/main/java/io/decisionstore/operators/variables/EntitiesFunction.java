package io.decisionstore.operators.variables;

import io.decisionstore.operators.plan.VariablesPlan;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/** {@link Entities}, with each entity's state in Flink's: one read and one write a change. */
final class EntitiesFunction extends KeyedProcessFunction<String, EntityChange, Row> {
  private static final long serialVersionUID = 1L;

  private final String plan;
  private transient Entities entities;
  private transient ValueState<EntityState> states;
  private transient OverflowState overflow;
  private transient Counter keysForgotten;

  EntitiesFunction(String plan) {
    this.plan = plan;
  }

  @Override
  public void open(OpenContext context) {
    entities = new Entities(new Layout(VariablesPlan.read(plan)));
    states = getRuntimeContext().getState(new ValueStateDescriptor<>("entity", EntityState.TYPE));
    overflow =
        new OverflowState(
            getRuntimeContext()
                .getMapState(
                    new MapStateDescriptor<>(
                        "overflow",
                        OverflowKey.TYPE,
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)));
    keysForgotten = getRuntimeContext().getMetricGroup().counter("keysForgotten");
  }

  @Override
  public void processElement(EntityChange change, Context context, Collector<Row> out)
      throws Exception {
    TimerService timers = context.timerService();
    EntityState known = states.value();
    long pending = known == null ? EntityState.NONE : known.timer;
    EntityState state =
        entities.apply(
            known,
            change,
            timers.currentProcessingTime(),
            overflow,
            item -> out.collect(item.row()));
    store(state, pending, timers);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Row> out) throws Exception {
    EntityState known = states.value();
    if (known == null || known.timer != time) {
      return; // another timer took its place
    }
    TimerService timers = context.timerService();
    EntityState state =
        entities.fire(
            known,
            context.getCurrentKey(),
            time,
            timers.currentProcessingTime(),
            overflow,
            item -> out.collect(item.row()));
    store(state, EntityState.NONE, timers);
  }

  private void store(EntityState state, long pending, TimerService timers) throws Exception {
    long timer = state == null ? EntityState.NONE : state.timer;
    if (timer != pending) {
      if (pending != EntityState.NONE) {
        timers.deleteProcessingTimeTimer(pending);
      }
      if (timer != EntityState.NONE) {
        timers.registerProcessingTimeTimer(timer);
      }
    }
    if (state == null) {
      keysForgotten.inc();
      states.clear();
    } else {
      states.update(state);
    }
  }
}
