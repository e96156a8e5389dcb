package io.decisionstore.dynamodb.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.testing.ScriptedStreams;
import io.decisionstore.dynamodb.testing.ShardDescription;
import io.decisionstore.dynamodb.testing.StreamedTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long records wait around a shard's split, under steady traffic; the values are printed. */
@Timeout(120)
class RolloverLatencyTest {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final AtomicLong SLOWEST_MS = new AtomicLong();
  private static final AtomicInteger EMITTED = new AtomicInteger();
  private static volatile ScriptedStreams streams;

  @ParameterizedTest
  @CsvSource({"0, 1, 3600000", "300, 1, 3600000", "0, 2, 200", "300, 2, 200"})
  void recordsAroundASplitAreEmittedSoon(
      long visibleAfter,
      int parallelism,
      long checkpointInterval,
      @InjectMiniCluster MiniCluster cluster)
      throws Exception {
    streams = new ScriptedStreams();
    StreamedTable table = streams.createTable("t", 1);
    EMITTED.set(0);
    JobID job = start(parallelism, checkpointInterval);
    int written = write(table, 0, 100);
    await(written);
    long warm = SLOWEST_MS.getAndSet(0);
    written = write(table, written, 100);
    await(written);
    long steady = SLOWEST_MS.getAndSet(0);

    ShardDescription parent = table.shards().get(0);
    Duration later = Duration.ofMillis(visibleAfter);
    table.split(parent.shardId(), later, later);
    written = write(table, written, 200);
    await(written);
    System.out.printf(
        "split, children visible after %d ms, parallelism %d: slowest %d ms (at start %d, steady %d)%n",
        visibleAfter, parallelism, SLOWEST_MS.get(), warm, steady);
    assertThat(EMITTED).hasValue(written);
    assertThat(SLOWEST_MS).hasValueLessThan(5_000);
    cluster.cancelJob(job).get(20, TimeUnit.SECONDS);
  }

  private static int write(StreamedTable table, int from, int count) throws InterruptedException {
    for (int i = from; i < from + count; i++) {
      table.put(Map.of("id", "i" + i, "at", System.currentTimeMillis()));
      Thread.sleep(5);
    }
    return from + count;
  }

  private static void await(int records) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (EMITTED.get() < records && System.nanoTime() < until) {
      Thread.sleep(10);
    }
  }

  private static JobID start(int parallelism, long checkpointInterval) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(parallelism);
    env.enableCheckpointing(checkpointInterval);
    Column at = new Column("at", Column.Origin.NEW_IMAGE, "at", FieldType.Scalar.LONG);
    DynamoDbStreamsSource source =
        new DynamoDbStreamsSource(
            Configs.of(LossPolicy.FAIL, List.of(at)), anyConfig -> new ScriptedClient(streams));
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "stream")
        .map(new Measure())
        .returns(Types.LONG)
        .sinkTo(new DiscardingSink<>());
    return env.executeAsync().getJobID();
  }

  private static final class Measure implements MapFunction<Row, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long map(Row row) {
      long waited = System.currentTimeMillis() - row.<Long>getFieldAs(0);
      SLOWEST_MS.accumulateAndGet(waited, Math::max);
      EMITTED.incrementAndGet();
      return waited;
    }
  }
}
