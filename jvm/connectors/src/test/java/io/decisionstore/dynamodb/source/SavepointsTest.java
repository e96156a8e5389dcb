package io.decisionstore.dynamodb.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.testing.ScriptedStreams;
import io.decisionstore.dynamodb.testing.StreamedTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Savepoints that were taken once are restored by every release on every line of Flink: nothing is
 * lost, nothing doubled. They are in `src/test/resources/savepoints`, each in the folder of who
 * took it:
 *
 * <ul>
 *   <li>`flink-1.20`: this source on Flink 1.20. To take another: `mvn -pl testing,connectors test
 *       -Pflink-1.20 -Dbuild.folder=target-1.20 -Dtest=SavepointsTest
 *       -Dsurefire.failIfNoSpecifiedTests=false -Dsavepoint.folder=FOLDER`.
 *   <li>`release-0.1.0-flink-1.20` and `-flink-2.2`: the source of 0.1.0 (splits and enumerator of
 *       version 1), over the same shards and sequence numbers.
 * </ul>
 */
@Timeout(120)
class SavepointsTest {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(3)
              .build());

  private static volatile ScriptedStreams streams;

  private StreamedTable table;
  private final Map<String, List<String>> written = new LinkedHashMap<>();

  /** The stream as it was when a savepoint was taken: always the same names and numbers. */
  private void before() {
    Remember.reset();
    streams =
        new ScriptedStreams(
            "eu-west-1", Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
    table = streams.createTable("t", 0);
    open("a", null);
    put("a", 10);
    table.close("a");
    open("b", "a");
    open("c", "a");
    open("d", null);
    put("b", 5);
    put("c", 5);
  }

  /** What was written while the job was down. */
  private void since() {
    put("c", 5);
    table.close("c");
    open("e", "c");
    put("e", 5);
    put("b", 5);
    put("d", 5);
  }

  private void open(String shard, String parent) {
    table.openShard(shard, parent);
    written.put(shard, new ArrayList<>());
  }

  private void put(String shard, int count) {
    for (int i = 0; i < count; i++) {
      List<String> records = written.get(shard);
      records.add(table.put(Map.of("id", shard + records.size()), shard));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flink-1.20", "release-0.1.0-flink-1.20", "release-0.1.0-flink-2.2"})
  void isRestoredWithoutLossOrRepetition(String takenBy, @InjectMiniCluster MiniCluster cluster)
      throws Exception {
    assumeFalse(
        takenBy.endsWith("flink-2.2") && EnvironmentInformation.getVersion().startsWith("1."),
        "Flink 1 reads no savepoint of Flink 2");
    before();
    List<String> inSavepoint = written.values().stream().flatMap(List::stream).toList();
    since();
    Path savepoint = Path.of(getClass().getResource("/savepoints/" + takenBy).toURI());
    JobID job = start(3, savepoint.toUri().toString());
    await(40);
    cluster.cancelJob(job).get(20, TimeUnit.SECONDS);
    List<String> inState = Remember.inState();
    assertThat(inState.subList(0, inSavepoint.size()))
        .containsExactlyInAnyOrderElementsOf(inSavepoint);
    written.forEach(
        (shard, expected) ->
            assertThat(inState.stream().filter(expected::contains).toList())
                .as(shard)
                .containsExactlyElementsOf(expected));
    assertThat(inState).hasSize(40);
    assertThat(inState.indexOf(written.get("e").get(0)))
        .isGreaterThan(inState.indexOf(written.get("c").get(9)));
  }

  @Test
  @EnabledIfSystemProperty(named = "savepoint.folder", matches = ".+")
  void isTaken(@InjectMiniCluster MiniCluster cluster) throws Exception {
    before();
    JobID job = start(2, null);
    await(20);
    Path folder = Path.of(System.getProperty("savepoint.folder"));
    String savepoint =
        cluster
            .stopWithSavepoint(job, folder.toUri().toString(), false, SavepointFormatType.CANONICAL)
            .get(30, TimeUnit.SECONDS);
    Files.writeString(folder.resolve("written.txt"), written.toString());
    System.out.println("Take _metadata from " + savepoint + "; of stream " + table.streamArn());
  }

  private static void await(int records) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (Remember.inState().size() < records && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    Thread.sleep(500); // what is doubled comes now
  }

  private static JobID start(int parallelism, String savepoint) throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("restart-strategy.type", "none");
    configuration.setString("execution.checkpointing.data-inline-threshold", "1 mb");
    if (savepoint != null) {
      configuration.setString("execution.state-recovery.path", savepoint);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    env.setMaxParallelism(128);
    env.enableCheckpointing(200);
    Column sequenceNumber = Column.of("sequence_number", Column.Metadata.SEQUENCE_NUMBER);
    // A savepoint that is kept is older than a day, which the source says; here nothing is trimmed.
    DynamoDbStreamsSource source =
        new DynamoDbStreamsSource(
            Configs.of(LossPolicy.CONTINUE, List.of(sequenceNumber)),
            anyConfig -> new ScriptedClient(streams));
    return Remember.all(env, source);
  }
}
