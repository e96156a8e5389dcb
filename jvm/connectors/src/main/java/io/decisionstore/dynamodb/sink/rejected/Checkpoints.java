package io.decisionstore.dynamodb.sink.rejected;

import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.transformations.LegacySourceTransformation;
import org.apache.flink.streaming.api.transformations.WithBoundedness;

/** Tells whether a writer's results ever leave it: at checkpoints, and at the end of its input. */
final class Checkpoints {
  private static final String LIST = "InputFormatSourceFunction";

  private Checkpoints() {}

  /**
   * Called when the graph is made, when all options are known.
   *
   * @throws IllegalStateException there are neither checkpoints nor an end
   */
  static void refuseWithout(DataStream<?> stream, String where) {
    boolean takesCheckpoints =
        stream.getExecutionEnvironment().getCheckpointConfig().isCheckpointingEnabled();
    if (!takesCheckpoints
        && stream.getTransformation().getTransitivePredecessors().stream()
            .anyMatch(Checkpoints::isEndless)) {
      throw new IllegalStateException(
          "Dead letters of the table %s leave the sink at checkpoints, and this job takes none: call env.enable_checkpointing(milliseconds)."
              .formatted(where));
    }
  }

  private static boolean isEndless(Transformation<?> each) {
    // PyFlink's from_collection, for one, which ends, and which Flink calls unbounded. By its name,
    // since Flink 2 has moved the class.
    boolean isList =
        each instanceof LegacySourceTransformation<?> legacy
            && LIST.equals(legacy.getOperator().getUserFunction().getClass().getSimpleName());
    return !isList
        && each instanceof WithBoundedness source
        && source.getBoundedness() == Boundedness.CONTINUOUS_UNBOUNDED;
  }
}
