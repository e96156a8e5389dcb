package io.decisionstore.dynamodb.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.testing.ScriptedStreams;
import io.decisionstore.dynamodb.testing.StreamedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A task fails after shards have ended since the last checkpoint; on a MiniCluster. */
@Timeout(90)
class RecoveryTest {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static ScriptedStreams streams;
  private static StreamedTable table;

  /** The first time this record is seen the task fails. */
  private static volatile String failAt;

  @BeforeEach
  void reset() {
    streams = new ScriptedStreams();
    table = streams.createTable("t", 0);
    table.openShard("a", null);
    table.pageLimits(4, 1 << 20);
    failAt = null;
    Remember.reset();
    Remember.failsBefore = RecoveryTest::failsOnce;
  }

  @Test
  void shardsThatEndedSinceTheCheckpointAreReadAgainAndInOrder(
      @InjectMiniCluster MiniCluster cluster) throws Exception {
    put("a", "a1", "a2", "a3");
    failAt = "c2";
    JobID job = start();
    await(() -> Remember.inState().size() == 3);
    cluster.triggerCheckpoint(job).get(20, TimeUnit.SECONDS);

    String[] b = IntStream.range(0, 10).mapToObj(i -> "b" + i).toArray(String[]::new);
    table.openShard("b", "a");
    table.openShard("c", "b");
    put("c", "c1", "c2", "c3");
    put("b", b);
    table.close("b");
    table.close("a");

    await(() -> failAt == null && Remember.inState().contains("c3"));
    List<String> expected = new ArrayList<>(List.of("a1", "a2", "a3"));
    expected.addAll(List.of(b));
    expected.addAll(List.of("c1", "c2", "c3"));
    assertThat(Remember.inState()).containsExactlyElementsOf(expected);
    cluster.cancelJob(job).get(20, TimeUnit.SECONDS);
  }

  @Test
  void recordsOfAParentReadAgainComeBeforeItsChilds(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    put("a", "a1");
    failAt = "b1";
    JobID job = start();
    await(() -> Remember.inState().size() == 1);
    cluster.triggerCheckpoint(job).get(20, TimeUnit.SECONDS);

    // The parent is longer than a page, so that a child read beside it would come in between.
    String[] a = IntStream.range(0, 200).mapToObj(i -> "x" + i).toArray(String[]::new);
    table.openShard("b", "a");
    put("b", "b1", "b2");
    put("a", a);
    table.close("a");

    await(() -> failAt == null && Remember.inState().size() >= 203);
    List<String> expected = new ArrayList<>(List.of(concat("a1", a)));
    expected.addAll(List.of("b1", "b2"));
    assertThat(Remember.inState()).containsExactlyElementsOf(expected);
    cluster.cancelJob(job).get(20, TimeUnit.SECONDS);
  }

  private static String[] concat(String first, String[] others) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(first), java.util.Arrays.stream(others))
        .toArray(String[]::new);
  }

  private static JobID start() throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("restart-strategy.type", "fixed-delay");
    configuration.setString("restart-strategy.fixed-delay.attempts", "1");
    configuration.setString("restart-strategy.fixed-delay.delay", "10 ms");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    env.enableCheckpointing(3_600_000); // only when a test asks
    return Remember.all(env, source());
  }

  private static boolean failsOnce(String id) {
    boolean now = id.equals(failAt);
    if (now) {
      failAt = null;
    }
    return now;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (!condition.getAsBoolean() && System.nanoTime() < until) {
      Thread.sleep(10);
    }
    // What is missing or doubled is named by the assertion that follows; let stragglers arrive.
    Thread.sleep(300);
  }

  /** The source as it is, over the scripted stream. */
  private static DynamoDbStreamsSource source() {
    Column id = new Column("id", Column.Origin.NEW_IMAGE, "id", FieldType.Scalar.STRING);
    return new DynamoDbStreamsSource(
        Configs.of(LossPolicy.FAIL, List.of(id)), anyConfig -> new ScriptedClient(streams));
  }

  private static void put(String shard, String... ids) {
    for (String id : ids) {
      table.put(Map.of("id", id), shard);
    }
  }
}
