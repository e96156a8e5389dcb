package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.ByteWriter;
import io.decisionstore.operators.plan.VariablesPlan;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * {@link Entities}, with each entity's state in Flink's: one read and one write a change.
 *
 * <p>Metrics of a subtask: {@code keysForgotten}; {@code stateBytesPerKey}, of a key written
 * lately, without its overflow; {@code sketchesBegun}, how often a distinct went over its limit;
 * {@code overflowReads}, {@code overflowWrites} and {@code overflowScans} (of all of a key's
 * entries).
 */
final class EntitiesFunction extends KeyedProcessFunction<String, EntityChange, Row> {
  private static final long serialVersionUID = 1L;

  /** Every so many writes a state is measured. */
  private static final int MEASURED = 1_000;

  private final String plan;
  private transient Entities entities;
  private transient ValueState<EntityState> states;
  private transient OverflowState overflow;
  private transient Counter keysForgotten;
  private transient ByteWriter measure;
  private transient int writes;
  private transient volatile long stateBytesPerKey;

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
                    new MapStateDescriptor<>("overflow", OverflowKey.TYPE, OverflowValue.TYPE)));
    measure = new ByteWriter();
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    keysForgotten = metrics.counter("keysForgotten");
    metrics.gauge("stateBytesPerKey", () -> stateBytesPerKey);
    metrics.gauge("sketchesBegun", entities::sketchesBegun);
    metrics.gauge("overflowReads", overflow::reads);
    metrics.gauge("overflowWrites", overflow::writes);
    metrics.gauge("overflowScans", overflow::scans);
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
      if (writes++ % MEASURED == 0) {
        measure.clear();
        state.write(measure);
        stateBytesPerKey = measure.length();
      }
    }
  }
}
