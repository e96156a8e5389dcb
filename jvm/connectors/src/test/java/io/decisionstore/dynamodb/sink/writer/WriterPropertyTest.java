package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.TableClient.Verdict;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.writer.ScriptedTable.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.types.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever fails and whenever the job does, the table ends at the newest of every key. */
class WriterPropertyTest {
  private static final int SEEDS = 150;

  @ParameterizedTest(name = "versions {0}, failures of the job {1}")
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void theTableEndsAtTheNewestOfEveryKey(boolean versions, boolean jobFails) throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      new Run(seed, versions, jobFails).play();
    }
  }

  private static final class Run {
    private final int seed;
    private final Random random;
    private final SinkConfig config;
    private final SimulatedTask task = new SimulatedTask();
    private final ScriptedTable table;
    private final List<Row> input = new ArrayList<>();
    private final Map<String, Long> newest = new HashMap<>();
    private final boolean jobFails;
    private SinkMetrics metrics;
    private ItemSender sender;
    private DynamoDbSinkWriter<Row> writer;

    Run(int seed, boolean versions, boolean jobFails) {
      this.seed = seed;
      this.random = new Random(seed);
      this.jobFails = jobFails;
      int inFlight = 1 + random.nextInt(6);
      int batch = 1 + random.nextInt(25);
      int buffered = batch + random.nextInt(60);
      this.config =
          versions ? Sinks.putIfNewer(inFlight, buffered) : Sinks.put(inFlight, batch, buffered);
      this.table = new ScriptedTable(config, task, this::reply);
      List<Long> order = new ArrayList<>();
      for (long version = 1; version <= 300; version++) {
        order.add(version);
      }
      if (versions) {
        Collections.shuffle(order, random);
      }
      int keys = 1 + random.nextInt(40);
      for (long version : order) {
        Row row = Sinks.row("e" + random.nextInt(keys), random.nextBoolean() ? "u" : "w", version);
        input.add(row);
        newest.merge(key(row), version, versions ? Math::max : (earlier, later) -> later);
      }
    }

    private Reply reply(List<Item> items) {
      long after = 1 + random.nextInt(40);
      return switch (random.nextInt(10)) {
        case 0 -> Reply.failed(after, Verdict.THROTTLED);
        case 1 -> Reply.failed(after, Verdict.UNAVAILABLE);
        // Given up here, and still written there a little later.
        case 2 -> Reply.failedYetWritten(after, random.nextInt((int) after + 90));
        // Another item of the batch is at fault.
        case 3 -> items.size() > 1 ? Reply.failed(after, Verdict.REFUSED) : Reply.taken(after);
        case 4, 5 ->
            config.mode().comparesVersions()
                ? Reply.failed(after, Verdict.THROTTLED)
                : Reply.leaving(
                    after, items.stream().filter(item -> random.nextBoolean()).toList());
        default -> Reply.taken(after);
      };
    }

    void play() throws Exception {
      start(List.of());
      List<byte[]> checkpoint = List.of();
      int checkpointed = 0;
      int failuresLeft = jobFails ? 3 : 0;
      for (int next = 0; next < input.size(); next++) {
        writer.write(input.get(next), null);
        assertThat(sender.waiting()).isLessThanOrEqualTo(config.limits().bufferedItems());
        task.pass(random.nextInt(4));
        if (random.nextInt(40) == 0) {
          if (random.nextBoolean()) { // as a checkpoint does; the state is complete also without
            writer.flush(false);
          }
          checkpoint = serialize(writer.snapshotState(1));
          checkpointed = next + 1;
        }
        if (failuresLeft > 0 && random.nextInt(60) == 0) {
          failuresLeft--;
          writer.close();
          table.disconnect();
          start(deserialize(checkpoint));
          next = checkpointed - 1;
        }
      }
      writer.flush(true);
      assertThat(writer.snapshotState(2)).as("seed %d", seed).isEmpty();
      Map<String, Long> found = new HashMap<>();
      table.items.forEach(
          (key, item) ->
              found.put(
                  key.partition().s() + "/" + key.sort().s(),
                  Long.valueOf(item.attributes().get("version").n())));
      assertThat(found).as("seed %d", seed).isEqualTo(newest);
      if (!jobFails) {
        assertThat(
                metrics.accepted.getCount()
                    + metrics.stale.getCount()
                    + metrics.coalesced.getCount())
            .as("seed %d: every row is accounted for", seed)
            .isEqualTo(input.size());
      }
    }

    private void start(List<Item> restored) {
      metrics = SinkMetrics.unregistered();
      sender = new ItemSender(config, table, task, metrics, random);
      restored.forEach(sender::restore);
      sender.send();
      writer = new DynamoDbSinkWriter<>(config, table, sender);
    }

    private List<byte[]> serialize(List<Item> items) throws Exception {
      List<byte[]> serialized = new ArrayList<>();
      for (Item item : items) {
        serialized.add(new ItemSerializer(config).serialize(item));
      }
      return serialized;
    }

    private List<Item> deserialize(List<byte[]> serialized) throws Exception {
      List<Item> items = new ArrayList<>();
      for (byte[] bytes : serialized) {
        items.add(new ItemSerializer(config).deserialize(1, bytes));
      }
      return items;
    }

    private static String key(Row row) {
      return row.getField(0) + "/" + row.getField(1);
    }
  }
}
