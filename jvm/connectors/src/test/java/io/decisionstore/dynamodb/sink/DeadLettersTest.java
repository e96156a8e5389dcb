package io.decisionstore.dynamodb.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.rejected.DeadLetters;
import io.decisionstore.dynamodb.sink.rejected.LetterLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Where rejected rows go, in real jobs whose dead letters are files; on a MiniCluster. */
@Timeout(120)
class DeadLettersTest {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(3)
              .build());

  private static final TypeInformation<Row> TYPE = Types.ROW_NAMED(new String[] {"n"}, Types.LONG);

  /** The row at which the task fails once. */
  private static volatile long failAt;

  @TempDir private Path folder;

  @BeforeEach
  void empty() {
    NumbersSink.WRITTEN.clear();
    failAt = -1;
  }

  @Test
  void everyRowIsWrittenOrADeadLetterOnce() throws Exception {
    StreamExecutionEnvironment env = environment(2);
    env.enableCheckpointing(50);
    env.fromSequence(0, 999)
        .uid("numbers")
        .map(new RowsWithAFailure())
        .returns(TYPE)
        .uid("rows")
        .sinkTo(
            new DynamoDbSinkWithDeadLetters<>(
                new NumbersSink(3), new DeadLetters(files(), false, 1, LetterLimits.DEFAULT)))
        .uid("table")
        .name("table");
    env.execute();
    assertThat(NumbersSink.WRITTEN).hasSize(900);
    assertThat(lines()).hasSize(100);
  }

  private static StreamExecutionEnvironment environment(int parallelism) {
    Configuration configuration = new Configuration();
    configuration.setString("restart-strategy.type", "fixed-delay");
    configuration.setString("restart-strategy.fixed-delay.attempts", "1");
    configuration.setString("restart-strategy.fixed-delay.delay", "10 ms");
    configuration.setString("pipeline.generic-types", "false");
    configuration.setString("pipeline.auto-generate-uids", "false");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    return env;
  }

  private FileSink<String> files() {
    return FileSink.forRowFormat(
            new org.apache.flink.core.fs.Path(folder.toUri()), new SimpleStringEncoder<String>())
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .build();
  }

  private List<String> lines() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> finished =
          files
              .filter(Files::isRegularFile)
              .filter(each -> each.getFileName().toString().startsWith("part-"))
              .toList();
      List<String> lines = new java.util.ArrayList<>();
      for (Path each : finished) {
        lines.addAll(Files.readAllLines(each));
      }
      return lines;
    }
  }

  private static final class RowsWithAFailure implements MapFunction<Long, Row> {
    @Override
    public Row map(Long n) throws Exception {
      if (n % 5 == 0) {
        Thread.sleep(1); // so that checkpoints come in between
      }
      if (n == failAt) {
        failAt = -1;
        throw new IllegalStateException("the test wants a failure at " + n);
      }
      return Row.of(n);
    }
  }
}
