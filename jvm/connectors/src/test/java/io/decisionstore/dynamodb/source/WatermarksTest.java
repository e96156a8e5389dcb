package io.decisionstore.dynamodb.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.testing.ScriptedStreams;
import io.decisionstore.dynamodb.testing.StreamedTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each shard has its own watermark, from the event time field; on a MiniCluster. */
@Timeout(120)
class WatermarksTest {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  private static volatile ScriptedStreams streams;

  /**
   * A row as it arrived.
   *
   * @param watermark before it
   */
  private record Arrival(String shard, long eventTime, long watermark) {
    boolean isLate() {
      return eventTime <= watermark;
    }
  }

  private static final List<Arrival> ARRIVALS = new CopyOnWriteArrayList<>();

  private StreamedTable table;
  private int items;
  private JobID job;

  @BeforeEach
  void reset() {
    streams = new ScriptedStreams();
    table = streams.createTable("t", 0);
    table.pageLimits(1, 1 << 20);
    ARRIVALS.clear();
  }

  @AfterEach
  void cancel(@InjectMiniCluster MiniCluster cluster) throws Exception {
    cluster.cancelJob(job).get(20, TimeUnit.SECONDS);
  }

  @Test
  void aShardThatIsAheadWaitsForTheOthersAndAnIdleOneHoldsNobodyBack(
      @InjectMiniCluster MiniCluster cluster) throws Exception {
    table.openShard("fast", null);
    table.openShard("slow", null);
    table.openShard("idle", null);
    put("slow", 0);
    IntStream.range(0, 400).forEach(i -> put("fast", i * 100));
    job =
        start(
            strategy()
                .withIdleness(Duration.ofMillis(700))
                .withWatermarkAlignment("group", Duration.ofSeconds(1), Duration.ofMillis(50)));
    // An idle shard is waited for until it counts as idle; then the slow one alone is.
    await(() -> ARRIVALS.stream().anyMatch(arrival -> arrival.watermark > Long.MIN_VALUE));
    long whenIdle = arrived("fast");
    for (int i = 1; i <= 80; i++) {
      put("slow", i);
      Thread.sleep(50); // unpaused, the fast shard would be read in 2 s
    }
    System.out.printf(
        "read of the fast shard: %d when the idle one was idle, %d 4 s later%n",
        whenIdle, arrived("fast"));
    assertThat(arrived("fast")).isLessThan(200);
    put("slow", 60_000);
    await(() -> arrived("fast") == 400);
    assertThat(arrived("fast")).isEqualTo(400);
  }

  @Test
  void anIdleShardHoldsNoWatermarkBack() throws Exception {
    table.openShard("busy", null);
    table.openShard("idle", null);
    job = start(strategy().withIdleness(Duration.ofMillis(500)));
    for (int i = 0; i < 100 && !watermarkReached(1); i++) {
      put("busy", 1_000 + i);
      Thread.sleep(100);
    }
    assertThat(watermarkReached(1)).isTrue();
  }

  @Test
  void aChildsRecordsAreInTimeWhileTheOtherShardsAreNoFurtherThanTheirParent(
      @InjectMiniCluster MiniCluster cluster) throws Exception {
    childAfterParent(1_500);
    job = start(strategy());
    await(() -> arrived("child") == 10);
    assertThat(arrived("child")).isEqualTo(10);
    assertThat(ARRIVALS).noneMatch(arrival -> arrival.shard.equals("child") && arrival.isLate());
  }

  /** Known, and said at {@link DynamoDbStreamsSourceBuilder#setEventTimeField}. */
  @Test
  void aChildFoundWhileAnotherShardIsFarAheadMayBeLateAndIsReadAllTheSame() throws Exception {
    table.openShard("other", null);
    table.openShard("parent", null);
    IntStream.range(0, 10).forEach(i -> put("other", 3_600_000 + i));
    IntStream.range(0, 50).forEach(i -> put("parent", 1_000 + i));
    table.close("parent");
    job = start(strategy());
    await(() -> arrived("parent") == 50);
    Thread.sleep(300); // the child is seen a moment after its parent's end
    table.openShard("child", "parent");
    IntStream.range(0, 10).forEach(i -> put("child", 2_000 + i));
    await(() -> arrived("child") == 10);
    assertThat(arrived("child")).isEqualTo(10);
    System.out.println(
        "late records of a child whose parent was an hour behind the other shard: "
            + ARRIVALS.stream()
                .filter(arrival -> arrival.shard.equals("child") && arrival.isLate())
                .count());
  }

  /** A parent's records are of the second 1, its child's of the second 2. */
  private void childAfterParent(long other) {
    table.openShard("other", null);
    table.openShard("parent", null);
    IntStream.range(0, 10).forEach(i -> put("other", other + i));
    IntStream.range(0, 50).forEach(i -> put("parent", 1_000 + i));
    table.close("parent");
    table.openShard("child", "parent");
    IntStream.range(0, 10).forEach(i -> put("child", 2_000 + i));
  }

  private void put(String shard, long eventTime) {
    table.put(Map.of("id", "i" + items++, "shard", shard, "ts", eventTime), shard);
  }

  private static long arrived(String shard) {
    return ARRIVALS.stream().filter(arrival -> arrival.shard.equals(shard)).count();
  }

  private static boolean watermarkReached(long time) {
    return ARRIVALS.stream().anyMatch(arrival -> arrival.watermark >= time);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean() && System.nanoTime() < until) {
      Thread.sleep(10);
    }
  }

  private static WatermarkStrategy<Row> strategy() {
    return WatermarkStrategy.forBoundedOutOfOrderness(Duration.ofMillis(900));
  }

  private static JobID start(WatermarkStrategy<Row> strategy) throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("restart-strategy.type", "none");
    configuration.setString("pipeline.auto-watermark-interval", "20 ms");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(1);
    DynamoDbStreamsSource source =
        DynamoDbStreamsSource.builder()
            .addStream("t")
            .setRegion("eu-west-1")
            .setLatencyGoal(10)
            .setQuietInterval(40)
            .addColumn(
                "{\"name\":\"shard\",\"origin\":\"NEW_IMAGE\",\"attribute\":\"shard\",\"type\":\"STRING\"}")
            .addColumn(
                "{\"name\":\"ts\",\"origin\":\"NEW_IMAGE\",\"attribute\":\"ts\",\"type\":\"LONG\"}")
            .setEventTimeField("ts")
            .setClients(anyConfig -> new ScriptedClient(streams))
            .build();
    env.fromSource(source, strategy, "stream")
        .process(new Arrivals())
        .returns(Types.STRING)
        .sinkTo(new DiscardingSink<>());
    return env.executeAsync().getJobID();
  }

  private static final class Arrivals extends ProcessFunction<Row, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(Row row, Context context, Collector<String> out) {
      ARRIVALS.add(
          new Arrival(
              row.getFieldAs(0), context.timestamp(), context.timerService().currentWatermark()));
    }
  }
}
