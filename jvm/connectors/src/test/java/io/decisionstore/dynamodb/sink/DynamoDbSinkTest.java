package io.decisionstore.dynamodb.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.client.Refusal;
import io.decisionstore.dynamodb.sink.client.TableClient;
import io.decisionstore.dynamodb.sink.client.TableDescription;
import io.decisionstore.dynamodb.sink.client.TableDescription.KeyPart;
import io.decisionstore.dynamodb.sink.client.WriteFailure;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.Limits;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink in a real task, over a table that often refuses; on a MiniCluster. */
@Timeout(300)
class DynamoDbSinkTest {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final Map<String, Long> TABLE = new ConcurrentHashMap<>();
  private static final TypeInformation<Row> TYPE =
      Types.ROW_NAMED(new String[] {"id", "n"}, Types.STRING, Types.LONG);

  /** How often the sink was started. */
  private static final AtomicInteger STARTS = new AtomicInteger();

  /** The row at which the task fails once. */
  private static volatile long failAt;

  @BeforeEach
  void empty() {
    TABLE.clear();
    failAt = -1;
  }

  @ParameterizedTest(name = "versions {0}")
  @ValueSource(booleans = {false, true})
  void theTableEndsAtTheNewestAfterRefusalsCheckpointsAndAFailedTask(boolean versions)
      throws Exception {
    failAt = 900;
    run(versions, new RefusingTable.Opener(0.15));
    assertThat(failAt).as("the task has failed").isEqualTo(-1);
    Map<String, Long> newest = new ConcurrentHashMap<>();
    LongStream.range(0, 1_500).forEach(n -> newest.put("k" + n % 50, n));
    assertThat(TABLE).isEqualTo(newest);
  }

  @Test
  void aTableThatFailsItsCheckFailsTheJobWithItsSentence() {
    TableClient.Factory absent =
        config -> {
          RefusingTable table = new RefusingTable(0);
          table.sentence = "The table t does not exist.";
          return table;
        };
    assertThatThrownBy(() -> run(false, absent))
        .hasStackTraceContaining("The table t does not exist.");
  }

  private static void run(boolean versions, TableClient.Factory clients) throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("restart-strategy.type", "fixed-delay");
    configuration.setString("restart-strategy.fixed-delay.attempts", "1");
    configuration.setString("restart-strategy.fixed-delay.delay", "10 ms");
    configuration.setString("pipeline.generic-types", "false");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(1);
    env.enableCheckpointing(50);
    SinkConfig config =
        new SinkConfig(
            "t",
            "r",
            null,
            List.of(
                new SinkField("id", "id", Scalar.STRING, Role.PARTITION_KEY),
                new SinkField("n", "n", Scalar.LONG, Role.ATTRIBUTE)),
            versions ? WriteMode.putIfNewer("n", null) : WriteMode.put(),
            RowRules.DEFAULT,
            Capacity.auto(Capacity.DEFAULT_SHARE),
            new Limits(10, 25, 5, 100, 64L << 20),
            false);
    env.fromSequence(0, 1_499)
        .map(new RowsWithAFailure())
        .returns(TYPE)
        .sinkTo(new DynamoDbSink(config, clients))
        .uid("sink");
    env.execute();
  }

  @Test
  void aRejectedRowEndsTheJobWithItsSentenceAndWithoutARestart() {
    STARTS.set(0);
    assertThatThrownBy(() -> run(false, new RejectingTable()))
        .hasStackTraceContaining(
            "The item id=k7 cannot be written to the table t at r: the table wants no k7.");
    assertThat(STARTS).hasValue(1);
  }

  /** Opens tables that reject one key. */
  private static final class RejectingTable implements TableClient.Factory {
    @Override
    public TableClient open(SinkConfig config) {
      STARTS.incrementAndGet();
      RefusingTable table = new RefusingTable(0);
      table.rejected = "k7";
      return table;
    }
  }

  private static final class RowsWithAFailure implements MapFunction<Long, Row> {
    @Override
    public Row map(Long n) throws Exception {
      if (n % 10 == 0) {
        Thread.sleep(1); // so that checkpoints come in between
      }
      if (n == failAt) {
        failAt = -1;
        throw new IllegalStateException("the test wants a failure at " + n);
      }
      return Row.of("k" + n % 50, n);
    }
  }

  /** Answers in a thread of its own, refuses a share of the requests, leaves items of others. */
  private static final class RefusingTable implements TableClient {

    private record Opener(double refusals) implements Factory {
      @Override
      public TableClient open(SinkConfig config) {
        return new RefusingTable(refusals);
      }
    }

    private final ScheduledExecutorService server = Executors.newSingleThreadScheduledExecutor();
    private final Random random = new Random(1);
    private final Set<String> open = new HashSet<>();
    private final double refusals;
    private String sentence;
    private String rejected;

    private RefusingTable(double refusals) {
      this.refusals = refusals;
    }

    @Override
    public CompletableFuture<TableDescription> describe() {
      return sentence != null
          ? CompletableFuture.failedFuture(
              new WriteFailure(new Refusal(Refusal.Kind.FATAL, sentence, null)))
          : CompletableFuture.completedFuture(
              new TableDescription(
                  "ACTIVE", List.of(new KeyPart("id", "S")), false, 0, 0, Map.of()));
    }

    @Override
    public CompletableFuture<Answer> write(List<ItemWrite> items) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      synchronized (open) {
        items.forEach(item -> assertThat(open.add(item.key().partition().text())).isTrue());
      }
      server.schedule(() -> answer(items, answer), random.nextInt(5), TimeUnit.MILLISECONDS);
      return answer;
    }

    private void answer(List<ItemWrite> items, CompletableFuture<Answer> answer) {
      List<ItemWrite> left = new ArrayList<>();
      boolean refuse = random.nextDouble() < refusals;
      for (ItemWrite item : items) {
        if (refuse || (items.size() > 1 && random.nextDouble() < refusals)) {
          left.add(item);
        } else {
          TABLE.put(item.key().partition().text(), n(item));
        }
      }
      synchronized (open) {
        items.forEach(item -> open.remove(item.key().partition().text()));
      }
      if (items.stream().anyMatch(item -> item.key().partition().text().equals(rejected))) {
        answer.completeExceptionally(
            new WriteFailure(
                new Refusal(Refusal.Kind.REJECTED, "the table wants no " + rejected, null)));
        return;
      }
      if (refuse) {
        answer.completeExceptionally(
            new WriteFailure(new Refusal(Refusal.Kind.THROTTLED, "refused", null)));
      } else {
        answer.complete(new Answer(left, false, null));
      }
    }

    private static long n(ItemWrite item) {
      String json = new String(((ItemWrite.Put) item).item(), StandardCharsets.UTF_8);
      Matcher number = Pattern.compile("\"n\":\\{\"N\":\"(\\d+)\"").matcher(json);
      assertThat(number.find()).isTrue();
      return Long.parseLong(number.group(1));
    }

    @Override
    public void close() {
      server.shutdownNow();
    }
  }
}
