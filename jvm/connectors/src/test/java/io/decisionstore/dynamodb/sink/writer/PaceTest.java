package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.TableClient.Verdict;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.writer.ScriptedTable.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of a set capacity is offered twice as much; in virtual time. */
class PaceTest {
  private final SimulatedTask task = new SimulatedTask();
  private int capacity = 200;
  private double units;
  private long refilled = task.now();
  private long taken;
  private long refused;
  private int number;

  private Reply reply(List<Item> items) {
    units = Math.min(capacity, units + (task.now() - refilled) * capacity / 1000.0);
    refilled = task.now();
    List<Item> left = new ArrayList<>();
    for (Item item : items) {
      if (units >= 1) {
        units--;
        taken++;
      } else {
        refused++;
        left.add(item);
      }
    }
    return left.size() == items.size()
        ? Reply.failed(5, Verdict.THROTTLED)
        : Reply.leaving(5, left);
  }

  private void offerTwiceTheCapacity(ItemSender sender, SinkConfig config, int seconds)
      throws Exception {
    long start = task.now();
    taken = 0;
    refused = 0;
    while (task.now() - start < seconds * 1000L) {
      for (int i = 0; i < capacity / 50; i++) {
        sender.add(Sinks.item(config, "e" + number, ++number));
      }
      task.pass(10);
    }
    double elapsed = (task.now() - start) / 1000.0;
    taken = Math.round(100 * taken / (capacity * elapsed)); // per cent of the capacity
  }

  @ParameterizedTest(name = "versions {0}")
  @ValueSource(booleans = {false, true})
  void theCapacityIsUsedLittleIsRefusedAndARaiseIsFound(boolean versions) throws Exception {
    SinkConfig config = versions ? Sinks.putIfNewer(50, 1_000) : Sinks.put(50, 25, 1_000);
    ScriptedTable table = new ScriptedTable(config, task, this::reply);
    ItemSender sender =
        new ItemSender(config, table, task, SinkMetrics.unregistered(), new Random(1));
    offerTwiceTheCapacity(sender, config, 300);
    long items = 300L * capacity;
    assertThat(taken).as("per cent of the capacity used").isGreaterThanOrEqualTo(97);
    assertThat(refused).as("items refused").isLessThanOrEqualTo(items * 2 / 100);

    capacity = 800;
    offerTwiceTheCapacity(sender, config, 60);
    offerTwiceTheCapacity(sender, config, 60);
    assertThat(taken).as("per cent of the raised capacity used").isGreaterThanOrEqualTo(97);
    assertThat(refused).as("items refused").isLessThanOrEqualTo(60L * capacity * 2 / 100);
  }
}
