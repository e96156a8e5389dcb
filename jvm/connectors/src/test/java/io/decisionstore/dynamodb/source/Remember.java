package io.decisionstore.dynamodb.source;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.types.Row;

/**
 * Keeps the rows it has seen in state, as text and in the order they came; one instance a JVM at a
 * time.
 */
final class Remember implements MapFunction<Row, String>, CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private static final Predicate<String> NEVER = text -> false;

  /** What the job's state holds. */
  private static volatile List<String> inState = List.of();

  /** Before a row for which this holds, the task fails. */
  static volatile Predicate<String> failsBefore = NEVER;

  private final List<String> seen = new ArrayList<>();
  private transient ListState<String> state;

  /** Runs a job that remembers all that a source emits. */
  static JobID all(StreamExecutionEnvironment env, DynamoDbStreamsSource source) throws Exception {
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "stream")
        .uid("stream")
        .map(new Remember())
        .returns(Types.STRING)
        .setParallelism(1)
        .uid("remember")
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");
    return env.executeAsync().getJobID();
  }

  static void reset() {
    inState = List.of();
    failsBefore = NEVER;
  }

  static List<String> inState() {
    List<String> now = inState;
    synchronized (now) {
      return List.copyOf(now);
    }
  }

  @Override
  public String map(Row row) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < row.getArity(); i++) {
      text.append(i > 0 ? " " : "").append(row.getField(i));
    }
    if (failsBefore.test(text.toString())) {
      throw new IllegalStateException("the test wants a failure before " + text);
    }
    synchronized (seen) {
      seen.add(text.toString());
    }
    return text.toString();
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    state.update(seen);
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("seen", Types.STRING));
    state.get().forEach(seen::add);
    inState = seen;
  }
}
