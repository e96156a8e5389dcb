package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.WriteSerializer;
import io.decisionstore.dynamodb.sink.writer.ScriptedTable.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever fails and whenever the job does, the table ends as the rows say. */
class WriterPropertyTest {
  private static final int SEEDS = 150;
  private static final int ROWS = 300;

  /** What is written, and what may go wrong meanwhile. */
  private enum Case {
    PUT(WriteMode.put(), false),
    PUT_AND_THE_JOB_FAILS(WriteMode.put(), true),
    NEWEST(WriteMode.putIfNewer("version", null), false),
    NEWEST_AND_THE_JOB_FAILS(WriteMode.putIfNewer("version", null), true),
    /** Adds are exact only where every answer is heard. */
    UPDATE_WHERE_ANSWERS_ARE_HEARD(WriteMode.update(null), false),
    UPDATE_BY_VERSION_AND_THE_JOB_FAILS(WriteMode.update("version"), true);

    private final WriteMode mode;
    private final boolean jobFails;

    Case(WriteMode mode, boolean jobFails) {
      this.mode = mode;
      this.jobFails = jobFails;
    }
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void theTableEndsAsTheRowsSay(Case which) throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      new Run(seed, which).play();
    }
  }

  private static final class Run {
    private final int seed;
    private final Case which;
    private final Random random;
    private final SinkConfig config;
    private final SimulatedTask task = new SimulatedTask();
    private final ScriptedTable table;
    private final List<Row> input = new ArrayList<>();
    // By key; null: deleted.
    private final Map<ItemKey, Row> newest = new HashMap<>();
    private final Map<ItemKey, Long> sums = new HashMap<>();
    private SinkMetrics metrics;
    private WriteSender sender;
    private DynamoDbSinkWriter<Row> writer;

    Run(int seed, Case which) {
      this.seed = seed;
      this.which = which;
      this.random = new Random(seed);
      int inFlight = 1 + random.nextInt(6);
      int batch = which.mode.batches() ? 1 + random.nextInt(25) : 1;
      int buffered = batch + random.nextInt(60);
      this.config = Sinks.config(which.mode, inFlight, batch, buffered);
      this.table = new ScriptedTable(config, task, this::reply);
      List<Long> order = new ArrayList<>();
      for (long version = 1; version <= ROWS; version++) {
        order.add(version);
      }
      if (which.mode.isIndifferentToOrder()) {
        Collections.shuffle(order, random);
      }
      int keys = 1 + random.nextInt(40);
      for (long version : order) {
        Row row = row("e" + random.nextInt(keys), random.nextBoolean() ? "u" : "w", version);
        input.add(row);
        ItemKey key = Sinks.key((String) row.getField(0), (String) row.getField(1));
        newest.merge(key, row, this::later);
        sums.merge(key, version, Long::sum);
      }
    }

    private Row row(String entity, String useCase, long version) {
      if (which.mode.kind() == WriteMode.Kind.UPDATE) {
        return Row.of(entity, useCase, version, version);
      }
      Row row = Sinks.row(entity, useCase, version);
      if (which.mode.kind() == WriteMode.Kind.PUT && random.nextInt(10) == 0) {
        row.setKind(RowKind.DELETE);
      }
      return row;
    }

    private Row later(Row one, Row other) {
      return which.mode.isIndifferentToOrder() && version(one) > version(other) ? one : other;
    }

    private static long version(Row row) {
      return (Long) row.getField(2);
    }

    private Reply reply(List<ItemWrite> writes) {
      long after = 1 + random.nextInt(40);
      return switch (random.nextInt(11)) {
        case 0 -> Reply.failed(after, Kind.THROTTLED);
        case 1 -> Reply.failed(after, Kind.UNAVAILABLE);
        // Given up here, and still written there a little later.
        case 2 ->
            which == Case.UPDATE_WHERE_ANSWERS_ARE_HEARD
                ? Reply.taken(after)
                : Reply.failedYetWritten(after, random.nextInt((int) after + 90));
        // Another item of the batch is at fault.
        case 3 -> writes.size() > 1 ? Reply.failed(after, Kind.REJECTED) : Reply.taken(after);
        case 4, 5 ->
            config.mode().batches()
                ? Reply.leaving(
                    after, writes.stream().filter(write -> random.nextBoolean()).toList())
                : Reply.failed(after, Kind.PARTITION_THROTTLED);
        case 6 -> Reply.failed(after, Kind.TABLE_THROTTLED);
        default -> Reply.taken(after);
      };
    }

    void play() throws Exception {
      start(List.of());
      List<byte[]> checkpoint = List.of();
      int checkpointed = 0;
      int failuresLeft = which.jobFails ? 3 : 0;
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
      assertTheTableIsRight();
      if (!which.jobFails) {
        long told =
            metrics.accepted.getCount() + metrics.stale.getCount() + metrics.coalesced.getCount();
        assertThat(told).as("seed %d: every row is accounted for", seed).isEqualTo(input.size());
      }
    }

    private void assertTheTableIsRight() {
      newest.forEach(
          (key, row) -> {
            ScriptedTable.Stored stored = table.items.get(key);
            if (row.getKind() == RowKind.DELETE) {
              assertThat(stored).as("seed %d: deleted", seed).isNull();
            } else if (which.mode.kind() == WriteMode.Kind.UPDATE) {
              assertThat(stored.set.get("version"))
                  .as("seed %d", seed)
                  .isEqualTo("{\"N\":\"" + version(row) + "\"}");
              assertThat(stored.added.get("value").longValueExact())
                  .as("seed %d: added once each", seed)
                  .isEqualTo(sums.get(key));
            } else {
              assertThat(stored.item)
                  .as("seed %d", seed)
                  .contains("{\"S\":\"v" + version(row) + "\"}");
            }
          });
      assertThat(newest.keySet()).containsAll(table.items.keySet());
    }

    private void start(List<ItemWrite> restored) {
      metrics = SinkMetrics.unregistered();
      writer = Sinks.writer(config, table, task, metrics, random, restored);
      sender = writer.sender();
    }

    private List<byte[]> serialize(List<ItemWrite> writes) throws Exception {
      List<byte[]> serialized = new ArrayList<>();
      for (ItemWrite write : writes) {
        serialized.add(new WriteSerializer(config).serialize(write));
      }
      return serialized;
    }

    private List<ItemWrite> deserialize(List<byte[]> serialized) throws Exception {
      WriteSerializer serializer = new WriteSerializer(config);
      List<ItemWrite> writes = new ArrayList<>();
      for (byte[] bytes : serialized) {
        writes.add(serializer.deserialize(serializer.getVersion(), bytes));
      }
      return writes;
    }
  }
}
