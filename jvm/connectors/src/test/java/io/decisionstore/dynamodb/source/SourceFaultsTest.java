package io.decisionstore.dynamodb.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.testing.FaultKind;
import io.decisionstore.dynamodb.testing.Operation;
import io.decisionstore.dynamodb.testing.ScriptedServer;
import io.decisionstore.dynamodb.testing.ScriptedStreams;
import io.decisionstore.dynamodb.testing.ShardDescription;
import io.decisionstore.dynamodb.testing.StreamedTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole source on a MiniCluster, while shards split, calls fail, tasks die and the job moves to
 * another parallelism: every change is in the state once, each item's in order.
 *
 * <p>A case is its seed, apart from the threads' own ways: `-Dsource.seed=N` begins with another,
 * `-Dsource.cases=N` runs more.
 */
@Timeout(300)
class SourceFaultsTest {
  private static final int CASES = Integer.getInteger("source.cases", 20);
  private static final int ITEMS = 12;
  private static final long MOST_WAIT_MS = 60_000;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(3)
              .build());

  /** Where the client of a running job finds what it is to ask; the tests are in its JVM. */
  private static volatile ScriptedStreams streams;

  @TempDir Path savepoints;
  private final AtomicInteger failedTasks = new AtomicInteger();
  private int changes;
  private int shards;
  private int restarts;

  @Test
  void everyChangeIsInTheStateOnceAndEachItemsInOrder(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    long first = Long.getLong("source.seed", 0);
    for (long seed = first; seed < first + CASES; seed++) {
      try {
        run(cluster, new Random(seed));
      } catch (Exception | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
    System.out.printf(
        "%d cases, %d changes, %d shards, %d failed tasks, %d savepoints%n",
        CASES, changes, shards, failedTasks.get(), restarts);
    assertThat(failedTasks).hasPositiveValue();
  }

  private void run(MiniCluster cluster, Random random) throws Exception {
    Remember.reset();
    streams = new ScriptedStreams();
    streams.oneJobReads(true);
    StreamedTable table = streams.createTable("t", 1 + random.nextInt(3));
    table.pageLimits(1 + random.nextInt(20), 1 << 20);
    script(random);
    Traffic traffic = new Traffic(table, new Random(random.nextLong()));
    traffic.write(random.nextInt(100));
    AtomicInteger rows = new AtomicInteger();
    AtomicInteger failures = new AtomicInteger(random.nextInt(3));
    int every = 40 + random.nextInt(200);
    Remember.failsBefore =
        row -> {
          boolean fails = rows.incrementAndGet() % every == 0 && failures.getAndDecrement() > 0;
          if (fails) {
            failedTasks.incrementAndGet();
          }
          return fails;
        };

    JobID job = start(source(), 1 + random.nextInt(3), null);
    traffic.run(300 + random.nextInt(300));
    if (random.nextInt(4) > 0) {
      restarts++;
      String savepoint = stop(cluster, job);
      traffic.run(random.nextInt(100));
      job = start(source(), 1 + random.nextInt(3), savepoint);
    }
    traffic.run(100 + random.nextInt(300));
    await(traffic.count);
    check(traffic.count);
    changes += Remember.inState().size();
    shards += table.shards().size();
    assertThat(streams.report().violations()).isEmpty();
    cluster.cancelJob(job).get(20, TimeUnit.SECONDS);
    ended(cluster, job);
  }

  @Test
  void aBadNetworkCostsNothing(@InjectMiniCluster MiniCluster cluster) throws Exception {
    Remember.reset();
    ScriptedStreams served = new ScriptedStreams();
    StreamedTable table = served.createTable("t", 2);
    for (FaultKind kind :
        List.of(
            FaultKind.CUT_IN_BODY,
            FaultKind.CUT_BEFORE,
            FaultKind.GARBAGE,
            FaultKind.UNAVAILABLE,
            FaultKind.THROTTLED)) {
      served.faults().failSometimes(Operation.GET_RECORDS, null, kind, 0.08, kind.ordinal());
      if (kind != FaultKind.GARBAGE) {
        served.faults().failSometimes(Operation.GET_SHARD_ITERATOR, null, kind, 0.08, 7);
        served.faults().failSometimes(Operation.DESCRIBE_STREAM, null, kind, 0.08, 8);
      }
    }
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    try (ScriptedServer server = ScriptedServer.start(served, 0)) {
      DynamoDbStreamsSource source =
          DynamoDbStreamsSource.builder()
              .addStream("t")
              .setRegion("eu-west-1")
              .setEndpointUrl(server.url())
              .addColumn(
                  "{\"name\":\"id\",\"origin\":\"NEW_IMAGE\",\"attribute\":\"id\",\"type\":\"STRING\"}")
              .addColumn(
                  "{\"name\":\"n\",\"origin\":\"NEW_IMAGE\",\"attribute\":\"n\",\"type\":\"LONG\"}")
              .build();
      Traffic traffic = new Traffic(table, new Random(5));
      traffic.write(500);
      JobID job = start(source, 2, null);
      traffic.run(1_000);
      await(traffic.count);
      check(traffic.count);
      assertThat(served.report().violations()).isEmpty();
      cluster.cancelJob(job).get(20, TimeUnit.SECONDS);
      ended(cluster, job);
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  /** Writes items in turn, each with a number of its own that rises, and moves their shards. */
  private static final class Traffic {
    final StreamedTable table;
    final Random random;
    final Map<String, Integer> count = new HashMap<>();

    Traffic(StreamedTable table, Random random) {
      this.table = table;
      this.random = random;
    }

    void write(int changes) {
      for (int i = 0; i < changes; i++) {
        String id = "item" + random.nextInt(ITEMS);
        table.put(Map.of("id", id, "n", count.merge(id, 1, Integer::sum)));
      }
    }

    void run(int changes) throws InterruptedException {
      for (int left = changes; left > 0; left -= 10) {
        write(Math.min(left, 10));
        if (random.nextInt(10) == 0) {
          move();
        }
        Thread.sleep(random.nextInt(20));
      }
    }

    private void move() {
      List<ShardDescription> open =
          table.shards().stream().filter(shard -> !shard.isClosed()).toList();
      String shard = open.get(random.nextInt(open.size())).shardId();
      Duration listed = Duration.ofMillis(random.nextInt(300));
      Duration amongChildren = Duration.ofMillis(random.nextInt(300));
      if (open.size() < 6 && random.nextBoolean()) {
        table.split(shard, listed, amongChildren);
      } else {
        table.rollOver(shard, listed, amongChildren);
      }
    }
  }

  private static void script(Random random) {
    for (FaultKind kind :
        List.of(
            FaultKind.THROTTLED,
            FaultKind.UNAVAILABLE,
            FaultKind.EXPIRED_ITERATOR,
            FaultKind.CUT_IN_BODY,
            FaultKind.GARBAGE,
            FaultKind.EMPTY_PAGE)) {
      if (random.nextBoolean()) {
        streams.faults().failSometimes(Operation.GET_RECORDS, null, kind, 0.05, random.nextLong());
      }
    }
    if (random.nextBoolean()) {
      streams
          .faults()
          .failSometimes(
              Operation.DESCRIBE_STREAM, null, FaultKind.LIMIT_EXCEEDED, 0.2, random.nextLong());
    }
  }

  private static void check(Map<String, Integer> count) {
    Map<String, List<String>> byItem =
        Remember.inState().stream().collect(Collectors.groupingBy(row -> row.split(" ")[0]));
    count.forEach(
        (id, changes) ->
            assertThat(byItem.get(id))
                .as(id)
                .containsExactlyElementsOf(
                    java.util.stream.IntStream.rangeClosed(1, changes)
                        .mapToObj(n -> id + " " + n)
                        .toList()));
  }

  private static void await(Map<String, Integer> count) throws InterruptedException {
    int expected = count.values().stream().mapToInt(n -> n).sum();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_WAIT_MS);
    while (Remember.inState().size() < expected && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    Thread.sleep(200); // what is doubled comes now
  }

  private String stop(MiniCluster cluster, JobID job) throws Exception {
    String savepoint = savepoint(cluster, job);
    ended(cluster, job);
    return savepoint;
  }

  private String savepoint(MiniCluster cluster, JobID job) throws Exception {
    for (int tries = 0; ; tries++) {
      try {
        return cluster
            .stopWithSavepoint(
                job, savepoints.toUri().toString(), false, SavepointFormatType.CANONICAL)
            .get(30, TimeUnit.SECONDS);
      } catch (Exception notNow) { // a task is just being restarted
        if (tries == 50) {
          throw notNow;
        }
        Thread.sleep(100);
      }
    }
  }

  private static void ended(MiniCluster cluster, JobID job) throws Exception {
    for (int tries = 0; ; tries++) {
      try {
        if (cluster.getJobStatus(job).get(20, TimeUnit.SECONDS).isGloballyTerminalState()) {
          return;
        }
      } catch (ExecutionException inBetween) { // no longer running and not yet kept as ended
        if (tries == 1_000) {
          throw inBetween;
        }
      }
      Thread.sleep(10);
    }
  }

  private static JobID start(DynamoDbStreamsSource source, int parallelism, String savepoint)
      throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("restart-strategy.type", "fixed-delay");
    configuration.setString("restart-strategy.fixed-delay.attempts", "5");
    configuration.setString("restart-strategy.fixed-delay.delay", "10 ms");
    if (savepoint != null) {
      configuration.setString("execution.state-recovery.path", savepoint);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    env.enableCheckpointing(150);
    return Remember.all(env, source);
  }

  private static DynamoDbStreamsSource source() {
    SourceConfig config =
        Configs.of(
            LossPolicy.FAIL,
            List.of(
                new Column("id", Column.Origin.NEW_IMAGE, "id", FieldType.Scalar.STRING),
                new Column("n", Column.Origin.NEW_IMAGE, "n", FieldType.Scalar.LONG)));
    StreamsClient.Factory clients = anyConfig -> new ScriptedClient(streams);
    return new DynamoDbStreamsSource(config, clients);
  }
}
