package io.decisionstore.dynamodb.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.sink.rejected.DeadLetters;
import io.decisionstore.dynamodb.sink.rejected.FailingRejections;
import io.decisionstore.dynamodb.sink.rejected.LetterLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  private static final int NUMBERS = 1_500;

  /** Enough for two seconds and more. */
  private static final int LONG = 20_000;

  private static final TypeInformation<Row> TYPE = Types.ROW_NAMED(new String[] {"n"}, Types.LONG);

  /** The rows at which the task fails, each once. */
  private static final Collection<Long> FAIL_AT = new ConcurrentLinkedQueue<>();

  @TempDir private Path folder;

  @BeforeEach
  void empty() {
    NumbersSink.WRITTEN.clear();
    FAIL_AT.clear();
  }

  @ParameterizedTest(name = "{0} subtasks, {1} for dead letters, unaligned {2}")
  @CsvSource({"1, 1, false", "2, 1, false", "2, 2, false", "2, 1, true"})
  void afterFailuresEachRowIsWrittenOrADeadLetterExactlyOnce(
      int parallelism, int ofLetters, boolean unaligned) throws Exception {
    FAIL_AT.addAll(List.of(204L, 488L, 1_203L));
    StreamExecutionEnvironment env = environment(parallelism, null);
    env.enableCheckpointing(20);
    env.getCheckpointConfig().enableUnalignedCheckpoints(unaligned);
    toTable(env, NUMBERS, 3, new DeadLetters(texts(), false, ofLetters, LetterLimits.DEFAULT));
    env.execute();
    assertThat(FAIL_AT).as("failures to come").isEmpty();
    assertThat(NumbersSink.WRITTEN).isEqualTo(good(NUMBERS));
    assertThat(lines()).containsExactlyInAnyOrderElementsOf(letters(NUMBERS));
  }

  @Test
  void deadLettersCanBeRows() throws Exception {
    StreamExecutionEnvironment env = environment(2, null);
    env.enableCheckpointing(20);
    Encoder<Row> encoder =
        (row, out) ->
            new PrintStream(out, true)
                .println(String.join("|", row.getFieldAs("key"), row.getField("rejected_at") + ""));
    toTable(env, 100, 3, DeadLetters.rows(files(encoder)));
    env.execute();
    assertThat(lines()).hasSize(10).contains("n=13|13");
  }

  @ParameterizedTest(name = "drained: {0}")
  @ValueSource(booleans = {false, true})
  void aSavepointBringsTheLettersThatCameBeforeIt(
      boolean drained, @InjectMiniCluster MiniCluster cluster) throws Exception {
    JobID job = start(null, 1, new DeadLetters(texts(), false, 1, LetterLimits.DEFAULT));
    awaitWritten(300);
    stop(cluster, job, drained);
    // Poison behind the last that was written may wait in the savepoint, or be there as well.
    long known = NumbersSink.WRITTEN.stream().mapToLong(n -> n).max().orElseThrow();
    assertThat(lines()).containsAll(letters(known));
  }

  @Test
  void aSavepointWithoutDeadLettersIsRestoredWithThem(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    JobID before = start(null, 2, null);
    awaitWritten(300);
    String savepoint = stop(cluster, before);
    Set<Long> known = Set.copyOf(NumbersSink.WRITTEN);
    runToEnd(cluster, start(savepoint, 2, DeadLetters.json(texts())));
    List<String> since =
        letters(LONG).stream().filter(each -> !known.contains(numberOf(each))).toList();
    assertThat(since).hasSizeLessThan(LONG / 10);
    assertThat(lines()).containsExactlyInAnyOrderElementsOf(since);
    assertThat(NumbersSink.WRITTEN).containsAll(good(LONG));
  }

  @Test
  void aSavepointWithDeadLettersIsRestoredWithAnotherParallelism(
      @InjectMiniCluster MiniCluster cluster) throws Exception {
    JobID before = start(null, 2, new DeadLetters(texts(), false, 2, LetterLimits.DEFAULT));
    awaitWritten(300);
    String savepoint = stop(cluster, before);
    assertThat(lines()).isNotEmpty();
    runToEnd(cluster, start(savepoint, 3, DeadLetters.json(texts())));
    assertThat(lines()).containsExactlyInAnyOrderElementsOf(letters(LONG));
    assertThat(NumbersSink.WRITTEN).isEqualTo(good(LONG));
  }

  @Test
  void operatorsHaveTheUidsThatSavepointsKnow() {
    StreamExecutionEnvironment env = environment(1, null);
    env.enableCheckpointing(20);
    toTable(env, 10, 3, DeadLetters.json(texts()));
    assertThat(env.getStreamGraph().getStreamNodes().stream().map(StreamNode::getTransformationUID))
        .containsExactlyInAnyOrder(
            "numbers",
            "rows",
            "table",
            "table: nothing-to-commit",
            "Sink Committer: table",
            "table: letters",
            "table: dead-letters",
            "Sink Committer: table: dead-letters");
  }

  @Test
  void aSinkWithoutAUidHasDeadLettersAsWell() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.enableCheckpointing(20);
    env.fromSequence(0, 99)
        .map(new RowsWithFailures())
        .returns(TYPE)
        .sinkTo(new DynamoDbSinkWithDeadLetters<>(new NumbersSink(3), DeadLetters.json(texts())));
    env.execute();
    assertThat(lines()).hasSize(10);
  }

  @Test
  void oneSinkForTwoStreamsAndAPlanLookedAtFirstChangeNothing() throws Exception {
    StreamExecutionEnvironment env = environment(1, null);
    env.enableCheckpointing(20);
    Sink<Row> sink =
        new DynamoDbSinkWithDeadLetters<>(new NumbersSink(3), DeadLetters.json(texts()));
    for (long from : List.of(0L, 50L)) {
      env.fromSequence(from, from + 49)
          .uid("numbers" + from)
          .map(new RowsWithFailures())
          .returns(TYPE)
          .uid("rows" + from)
          .sinkTo(sink)
          .uid("table" + from);
    }
    assertThat(env.getExecutionPlan()).contains("dead-letters");
    env.execute();
    assertThat(NumbersSink.WRITTEN).isEqualTo(good(100));
    assertThat(lines()).containsExactlyInAnyOrderElementsOf(letters(100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"STREAMING", "BATCH"})
  void withoutCheckpointsTheEndBringsTheLetters(RuntimeExecutionMode mode) throws Exception {
    StreamExecutionEnvironment env = environment(2, null);
    env.setRuntimeMode(mode);
    toTable(env, NUMBERS, 3, DeadLetters.json(texts()));
    env.execute();
    assertThat(NumbersSink.WRITTEN).isEqualTo(good(NUMBERS));
    assertThat(lines()).containsExactlyInAnyOrderElementsOf(letters(NUMBERS));
  }

  @Test
  void aJobThatHasNeitherCheckpointsNorAnEndIsRefused() {
    assertThatThrownBy(() -> endless(environment(1, null)).getStreamGraph())
        .hasMessage(
            "Dead letters of the table t at r leave the sink at checkpoints, and this job takes none: call env.enable_checkpointing(milliseconds).");
    StreamExecutionEnvironment withCheckpoints = environment(1, null);
    withCheckpoints.enableCheckpointing(20);
    assertThat(endless(withCheckpoints).getStreamGraph().getStreamNodes()).hasSize(8);
  }

  private StreamExecutionEnvironment endless(StreamExecutionEnvironment env) {
    env.fromSource(new Endless(), WatermarkStrategy.noWatermarks(), "numbers")
        .uid("numbers")
        .map(new RowsWithFailures())
        .returns(TYPE)
        .uid("rows")
        .sinkTo(new DynamoDbSinkWithDeadLetters<>(new NumbersSink(3), DeadLetters.json(texts())))
        .uid("table");
    return env;
  }

  @Test
  void aPlaceThatCannotBeWrittenFailsTheJob() {
    StreamExecutionEnvironment env = environment(1, null);
    env.enableCheckpointing(20);
    Encoder<String> full =
        (letter, out) -> {
          throw new IOException("the disk is full");
        };
    toTable(env, 100, 3, DeadLetters.json(files(full)));
    assertThatThrownBy(env::execute).hasStackTraceContaining("the disk is full");
  }

  private static Set<Long> good(long end) {
    return LongStream.range(0, end)
        .filter(n -> n % 10 != 3)
        .boxed()
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<String> letters(long end) {
    return LongStream.range(0, end)
        .filter(n -> n % 10 == 3)
        .mapToObj(DeadLettersTest::letter)
        .toList();
  }

  private static String letter(long n) {
    return ("{\"table\":\"t\",\"key\":\"n=%d\",\"reason\":\"it ends in 3\",\"row\":\"{\\\"n\\\":%d}\","
            + "\"rejected_at\":%d}")
        .formatted(n, n, n);
  }

  private static long numberOf(String letter) {
    return Long.parseLong(letter.replaceAll(".*:(\\d+)}", "$1"));
  }

  private static void runToEnd(MiniCluster cluster, JobID job) throws Exception {
    assertThat(cluster.requestJobResult(job).get(60, TimeUnit.SECONDS).isSuccess()).isTrue();
  }

  private static void awaitWritten(int more) throws InterruptedException {
    int enough = NumbersSink.WRITTEN.size() + more;
    while (NumbersSink.WRITTEN.size() < enough) {
      Thread.sleep(10);
    }
  }

  private String stop(MiniCluster cluster, JobID job) throws Exception {
    return stop(cluster, job, false);
  }

  private String stop(MiniCluster cluster, JobID job, boolean drained) throws Exception {
    return cluster
        .stopWithSavepoint(
            job,
            folder.resolve("savepoints").toUri().toString(),
            drained,
            SavepointFormatType.CANONICAL)
        .get(30, TimeUnit.SECONDS);
  }

  private static JobID start(String savepoint, int parallelism, DeadLetters letters)
      throws Exception {
    StreamExecutionEnvironment env = environment(parallelism, savepoint);
    env.enableCheckpointing(20);
    toTable(env, LONG, letters == null ? -1 : 3, letters);
    return env.executeAsync().getJobID();
  }

  private static StreamExecutionEnvironment environment(int parallelism, String savepoint) {
    Configuration configuration = new Configuration();
    configuration.setString("restart-strategy.type", "fixed-delay");
    configuration.setString("restart-strategy.fixed-delay.attempts", "3");
    configuration.setString("restart-strategy.fixed-delay.delay", "10 ms");
    configuration.setString("pipeline.generic-types", "false");
    configuration.setString("pipeline.auto-generate-uids", "false");
    if (savepoint != null) {
      configuration.setString("execution.state-recovery.path", savepoint);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    env.setMaxParallelism(128);
    return env;
  }

  /**
   * Numbers to a sink.
   *
   * @param poisoned the last digit of what it rejects
   * @param letters null: the sink has none
   */
  private static void toTable(
      StreamExecutionEnvironment env, long end, int poisoned, DeadLetters letters) {
    NumbersSink numbers = new NumbersSink(poisoned);
    Sink<Row> sink =
        letters == null
            ? new WithoutDeadLetters(numbers)
            : new DynamoDbSinkWithDeadLetters<>(numbers, letters);
    env.fromSource(
            new NumberSequenceSource(0, end - 1), WatermarkStrategy.noWatermarks(), "numbers")
        .uid("numbers")
        .map(new RowsWithFailures())
        .returns(TYPE)
        .uid("rows")
        .sinkTo(sink)
        .uid("table");
  }

  private FileSink<String> texts() {
    return files(new SimpleStringEncoder<>());
  }

  private <T> FileSink<T> files(Encoder<T> encoder) {
    return FileSink.forRowFormat(
            new org.apache.flink.core.fs.Path(folder.resolve("letters").toUri()), encoder)
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .build();
  }

  /** Of the finished files. */
  private List<String> lines() throws IOException {
    if (!Files.exists(folder.resolve("letters"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder.resolve("letters"))) {
      List<String> lines = new ArrayList<>();
      for (Path each : files.filter(DeadLettersTest::isFinished).toList()) {
        lines.addAll(Files.readAllLines(each));
      }
      return lines;
    }
  }

  private static boolean isFinished(Path file) {
    return Files.isRegularFile(file) && file.getFileName().toString().startsWith("part-");
  }

  /** As {@link DynamoDbSink}: the first rejected row fails the job. */
  private static final class WithoutDeadLetters extends SinkOfLine
      implements SupportsWriterState<Row, Long> {
    private final NumbersSink sink;

    private WithoutDeadLetters(NumbersSink sink) {
      this.sink = sink;
    }

    @Override
    public StatefulSinkWriter<Row, Long> createWriter(WriterInitContext context) {
      return restoreWriter(context, List.of());
    }

    @Override
    public StatefulSinkWriter<Row, Long> restoreWriter(
        WriterInitContext context, Collection<Long> state) {
      return sink.restoreWriter(context, state, new FailingRejections(sink.where()));
    }

    @Override
    public SimpleVersionedSerializer<Long> getWriterStateSerializer() {
      return sink.getWriterStateSerializer();
    }
  }

  private static final class Endless extends NumberSequenceSource {
    private Endless() {
      super(0, Long.MAX_VALUE);
    }

    @Override
    public Boundedness getBoundedness() {
      return Boundedness.CONTINUOUS_UNBOUNDED;
    }
  }

  private static final class RowsWithFailures implements MapFunction<Long, Row> {
    @Override
    public Row map(Long n) throws Exception {
      if (n % 5 == 0) {
        Thread.sleep(1); // so that checkpoints come in between
      }
      if (FAIL_AT.remove(n)) {
        throw new IllegalStateException("the test wants a failure at " + n);
      }
      return Row.of(n);
    }
  }
}
