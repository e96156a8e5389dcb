package io.decisionstore.operators.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A task fails once, after a checkpoint; on a MiniCluster. */
@Timeout(90)
class ArchiveRecoveryTest {
  private static final int EVENTS = 1_500;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  /** Whether the failure is still to come. */
  private static volatile boolean failing;

  @TempDir Path folder;

  @Test
  void filesHoldEveryIdentityOnceAndSoDoesWhatIsReplayedFromThem() throws Exception {
    String first = folder.resolve("first").toUri().toString();
    StreamExecutionEnvironment env = environment();
    DataStream<Row> events =
        env.fromSource(
                new NumberSequenceSource(0, 2 * EVENTS - 1), WatermarkStrategy.noWatermarks(), "n")
            .uid("n")
            .map(n -> Events.archived("d-" + n % EVENTS, 1, day(n % EVENTS)))
            .returns(ArchiveRows.TYPE)
            .uid("events");
    run(env, Archive.firstOfEachIdentity(failingOnce(events), Events.PLAN).uid("identity"), first);
    assertThat(decisions(first)).isEqualTo(LongStream.range(0, EVENTS).boxed().toList());

    String second = folder.resolve("second").toUri().toString();
    env = environment();
    events =
        env.fromSource(
                Replay.source(first, Events.PLAN, 0, Long.MAX_VALUE, null),
                WatermarkStrategy.noWatermarks(),
                "replay")
            .uid("replay");
    run(env, failingOnce(events), second);
    assertThat(decisions(second)).isEqualTo(LongStream.range(0, EVENTS).boxed().toList());
  }

  private static long day(long n) {
    return Instant.parse("2026-01-01T00:00:00Z").toEpochMilli() + n % 3 * 86_400_000L;
  }

  private static StreamExecutionEnvironment environment() {
    Configuration configuration = new Configuration();
    configuration.setString("pipeline.generic-types", "false");
    configuration.setString("pipeline.auto-generate-uids", "false");
    configuration.setString("restart-strategy.type", "fixed-delay");
    configuration.setString("restart-strategy.fixed-delay.attempts", "1");
    configuration.setString("restart-strategy.fixed-delay.delay", "0 s");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    env.enableCheckpointing(100);
    failing = true;
    return env;
  }

  private static DataStream<Row> failingOnce(DataStream<Row> events) {
    return events.map(new FailsOnce()).returns(ArchiveRows.TYPE).uid("failing");
  }

  private static void run(StreamExecutionEnvironment env, DataStream<Row> events, String uri)
      throws Exception {
    events.sinkTo(Archive.sink(uri, Events.PLAN)).uid("files");
    env.execute();
    assertThat(failing).isFalse();
  }

  /** The numbers of the decisions in an archive, sorted. */
  private static List<Long> decisions(String uri) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    List<Long> numbers = new ArrayList<>();
    try (CloseableIterator<Row> rows =
        env.fromSource(
                Replay.source(uri, Events.PLAN, 0, Long.MAX_VALUE, null),
                WatermarkStrategy.noWatermarks(),
                "read")
            .executeAndCollect()) {
      rows.forEachRemaining(
          row ->
              numbers.add(
                  Long.parseLong(((String) row.getField(ArchiveRows.DECISION_ID)).substring(2))));
    }
    return numbers.stream().sorted().toList();
  }

  private static final class FailsOnce implements MapFunction<Row, Row>, CheckpointListener {
    private static final long serialVersionUID = 1L;

    private int seen;
    private int seenAtCheckpoint = Integer.MAX_VALUE;

    @Override
    public Row map(Row row) throws Exception {
      Thread.sleep(1); // there is time for checkpoints
      if (failing && ++seen > seenAtCheckpoint + 100) {
        failing = false;
        throw new IllegalStateException("on purpose");
      }
      return row;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
      seenAtCheckpoint = Math.min(seenAtCheckpoint, seen);
    }
  }
}
