package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.writer.ScriptedTable.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

class WriteSenderTest {
  private final SimulatedTask task = new SimulatedTask();
  private final SinkMetrics metrics = SinkMetrics.unregistered();
  private SinkConfig config = Sinks.put(50, 25, 1000);
  private ScriptedTable table;
  private final List<String> rejected = new ArrayList<>();
  private FreeShare share;
  private WriteSender sender;

  private void over(ScriptedTable.Script script) {
    table = new ScriptedTable(config, task, script);
    share = new FreeShare(config.limits().inFlightRequests());
    sender =
        new WriteSender(
            config,
            table,
            task,
            share,
            row -> rejected.add(row.key() + ": " + row.reason()),
            metrics,
            new Random(1));
  }

  private DynamoDbSinkWriter<Row> writer() {
    return Sinks.writer(config, table, task, metrics, new Random(1), List.of());
  }

  private void add(String entity, long version) throws InterruptedException {
    sender.add(Sinks.item(entity, version));
  }

  private List<Integer> requestSizes() {
    return table.requests.stream().map(List::size).toList();
  }

  @Test
  void aLoneItemGoesAtOnce() throws Exception {
    over(items -> Reply.taken(10));
    add("a", 1);
    assertThat(table.requests).hasSize(1);
  }

  @Test
  void whileARequestIsOpenItemsWaitForOthersAtMostTheTimeInTheBuffer() throws Exception {
    over(items -> Reply.taken(100));
    add("a", 1);
    add("b", 1);
    task.pass(2);
    add("c", 1);
    task.pass(2);
    assertThat(requestSizes()).containsExactly(1);
    task.pass(1);
    assertThat(requestSizes()).containsExactly(1, 2);
  }

  @Test
  void aFullBatchGoesAtOnceAndItemsOfAnAnsweredRequestDoNotHoldUpTheNext() throws Exception {
    over(items -> Reply.taken(3));
    for (int i = 0; i < 28; i++) {
      add("e" + i, 1);
    }
    assertThat(requestSizes()).containsExactly(1, 25);
    task.pass(3);
    assertThat(requestSizes()).containsExactly(1, 25, 2);
  }

  @Test
  void aLaterWriteTakesThePlaceOfOneThatWaits() throws Exception {
    over(items -> Reply.taken(10));
    add("a", 1);
    add("a", 2);
    add("a", 3);
    sender.drain();
    assertThat(table.requests.stream().map(batch -> batch.get(0).version())).hasSize(2);
    assertThat(table.items.values()).extracting(item -> item.version).containsExactly(3L);
    assertThat(metrics.coalesced.getCount()).isEqualTo(1);
  }

  @Test
  void anOlderVersionThanOneUnderwayIsNotWritten() throws Exception {
    config = Sinks.putIfNewer(50, 1000);
    over(items -> Reply.taken(10));
    add("a", 2);
    add("a", 1);
    add("a", 2);
    sender.drain();
    assertThat(table.requests).hasSize(1);
    assertThat(metrics.coalesced.getCount()).isEqualTo(2);
  }

  @Test
  void aNewerWriteGoesInPlaceOfARefusedOne() throws Exception {
    over(items -> table.requests.size() == 1 ? Reply.failed(5, Kind.THROTTLED) : Reply.taken(5));
    add("a", 1);
    add("a", 2);
    sender.drain();
    assertThat(table.requests).hasSize(2);
    assertThat(table.requests.get(1).get(0).version()).isEqualTo(2);
    assertThat(metrics.retried.getCount()).isEqualTo(1);
    assertThat(metrics.coalesced.getCount()).isEqualTo(1);
  }

  @Test
  void unprocessedItemsAreTriedAgainAndNoOthers() throws Exception {
    over(
        items ->
            table.requests.size() == 2 ? Reply.leaving(5, items.subList(3, 5)) : Reply.taken(5));
    for (int i = 0; i < 26; i++) {
      add("e" + i, 1);
    }
    sender.drain();
    assertThat(requestSizes()).containsExactly(1, 25, 2);
    assertThat(table.items).hasSize(26);
    assertThat(metrics.accepted.getCount()).isEqualTo(26);
  }

  @Test
  void anOutageIsOutlivedHoweverLongItLasts() throws Exception {
    long start = task.now();
    long hour = 3_600_000L;
    over(items -> task.now() - start < hour ? Reply.failed(1, Kind.UNAVAILABLE) : Reply.taken(1));
    for (int i = 0; i < 100; i++) {
      add("e" + i, 1);
    }
    sender.drain();
    assertThat(table.items).hasSize(100);
    assertThat(task.now() - start).isBetween(hour, hour + 60_000);
    // With pauses, not in a storm.
    assertThat(table.requests.size()).isLessThan(10_000);
  }

  @Test
  void aFullBufferMakesTheInputWait() throws Exception {
    config = Sinks.put(1, 5, 10);
    over(items -> Reply.taken(100));
    long start = task.now();
    for (int i = 0; i < 10; i++) {
      add("e" + i, 1);
    }
    assertThat(task.now()).isEqualTo(start);
    add("e10", 1);
    assertThat(task.now() - start).isEqualTo(100);
  }

  @Test
  void aRowOfAWaitingKeyPassesAFullBuffer() throws Exception {
    config = Sinks.put(1, 5, 10);
    over(items -> Reply.taken(100));
    long start = task.now();
    for (int i = 0; i < 10; i++) {
      add("e" + i, 1);
    }
    add("e9", 2);
    assertThat(task.now()).isEqualTo(start);
  }

  @Test
  void anItemAtFaultIsFoundAmongItsNeighboursAndTheOthersAreWritten() throws Exception {
    over(
        writes ->
            writes.stream().anyMatch(write -> write.key().partition().text().equals("bad"))
                ? Reply.failed(writes.size(), Kind.REJECTED)
                : Reply.taken(1));
    add("first", 1);
    for (int i = 0; i < 24; i++) {
      add("e" + i, 1);
    }
    add("bad", 1);
    sender.drain();
    assertThat(rejected).containsExactly("entity=bad, use_case=u: the script says REJECTED");
    assertThat(requestSizes().subList(0, 2)).containsExactly(1, 25);
    assertThat(table.items).hasSize(25);
  }

  @Test
  void anItemAtFaultIsNoReasonForFewerRequests() throws Exception {
    over(writes -> Reply.failed(1, Kind.REJECTED));
    add("a", 1);
    sender.drain();
    assertThat(share.rejections).isEqualTo(1);
  }

  @Test
  void aSlowTableIsNotSentInOneBatchWhatItHeldBack() throws Exception {
    over(writes -> table.requests.size() == 2 ? Reply.failed(5, Kind.THROTTLED) : Reply.taken(5));
    for (int i = 0; i < 26; i++) {
      sender.add(Sinks.large("e" + i, 4));
    }
    task.pass(6); // all but the first wait for their partitions
    share.unitsPerRequest = 10;
    sender.drain();
    assertThat(requestSizes().subList(0, 2)).containsExactly(1, 25);
    assertThat(requestSizes().subList(2, table.requests.size())).allMatch(size -> size <= 2);
    assertThat(table.items).hasSize(26);
  }

  @Test
  void anItemLargerThanARequestsUnitsGoesAllTheSame() throws Exception {
    over(writes -> table.requests.size() == 1 ? Reply.failed(5, Kind.THROTTLED) : Reply.taken(5));
    share.unitsPerRequest = 1;
    sender.add(Sinks.large("a", 400));
    sender.add(Sinks.large("b", 400));
    sender.drain();
    assertThat(requestSizes()).containsExactly(1, 1, 1);
  }

  @Test
  void whatCannotBeWrittenAtAllFailsWithTheClientsSentence() throws Exception {
    over(items -> Reply.failed(1, Kind.FATAL));
    add("a", 1);
    assertThatThrownBy(() -> sender.drain()).hasMessage("the script says FATAL");
  }

  @Test
  void aCheckpointWithVersionsGoesOnDuringAnOutageAndHoldsWhatIsNotWritten() throws Exception {
    config = Sinks.putIfNewer(2, 1000);
    over(items -> Reply.failed(20, Kind.UNAVAILABLE));
    DynamoDbSinkWriter<Row> writer = writer();
    for (int i = 0; i < 10; i++) {
      writer.write(Sinks.row("e" + i % 5, "u", i), null);
    }
    long start = task.now();
    writer.flush(false);
    assertThat(task.now() - start).isBetween(500L, 10_100L);
    assertThat(writer.snapshotState(1).stream().mapToLong(ItemWrite::version).max()).hasValue(9);
    assertThat(writer.snapshotState(1)).extracting(ItemWrite::key).hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void aCheckpointWithoutVersionsWaitsUntilTheTableHasEverything() throws Exception {
    long start = task.now();
    over(
        items ->
            task.now() - start < 60_000 ? Reply.failed(20, Kind.UNAVAILABLE) : Reply.taken(20));
    DynamoDbSinkWriter<Row> writer = writer();
    writer.write(Sinks.row("a", "u", 1), null);
    writer.flush(false);
    assertThat(task.now() - start).isGreaterThanOrEqualTo(60_000);
    assertThat(writer.snapshotState(1)).isEmpty();
    assertThat(table.items).hasSize(1);
  }

  @Test
  void aHotPartitionSlowsOnlyItsOwnKeys() throws Exception {
    long[] hotTaken = {0};
    long start = task.now();
    over(
        writes -> {
          List<ItemWrite> refused = new ArrayList<>();
          for (ItemWrite write : writes) {
            if (write.key().partition().text().equals("hot")) {
              long mayHave = task.now() - start; // 1,000 a second
              if (hotTaken[0] < mayHave) {
                hotTaken[0]++;
              } else {
                refused.add(write);
              }
            }
          }
          return refused.size() == writes.size()
              ? Reply.failed(5, Kind.PARTITION_THROTTLED)
              : Reply.leaving(5, refused);
        });
    int others = 0;
    int version = 0;
    for (int tick = 0; tick < 5_000; tick++) {
      for (int i = 0; i < 2; i++) { // twice what the partition takes, of 300 sort keys
        sender.add(Sinks.item("hot", "s" + version % 300, version++));
      }
      for (int i = 0; i < 4; i++) {
        sender.add(Sinks.item("e" + others++, "u", 1));
      }
      task.pass(1);
    }
    assertThat(task.now() - start).as("the input was never held back").isEqualTo(5_000);
    long written =
        table.items.keySet().stream().filter(key -> key.partition().text().startsWith("e")).count();
    assertThat(others - written).as("others that wait").isLessThan(200);
    assertThat(hotTaken[0]).as("of 5,000 that it takes").isGreaterThan(4_000);
    // Only what came before its partition was known to be hot counts against the table.
    assertThat(share.unitsRefused).isLessThan(100);
    sender.drain();
    for (int i = 1; i <= 300; i++) {
      int newest = version - i;
      assertThat(table.items.get(Sinks.key("hot", "s" + newest % 300)).version).isEqualTo(newest);
    }
    task.pass(5_000);
    assertThat(sender.hotPartitionKeys()).isZero();
  }

  @Test
  void aThrottledTableHoldsNoPartitionBack() throws Exception {
    over(
        writes ->
            table.requests.size() < 5 ? Reply.failed(5, Kind.TABLE_THROTTLED) : Reply.taken(5));
    add("a", 1);
    add("b", 1);
    task.pass(10);
    assertThat(sender.hotPartitionKeys()).isZero();
    sender.drain();
    assertThat(table.items).hasSize(2);
  }

  @Test
  void requestsThatFailedNowAndThenDoNotStopTheOthersButATableThatIsAwayDoes() throws Exception {
    config = Sinks.putIfNewer(50, 1000);
    long start = task.now();
    boolean[] away = {false};
    over(
        writes ->
            away[0] || table.requests.size() <= 2
                ? Reply.failed(5, Kind.UNAVAILABLE)
                : Reply.taken(5));
    share.itemsToHold = 2;
    for (int i = 0; i < 12; i++) {
      add("e" + i, 1);
    }
    assertThat(task.now() - start).as("ten items of 5 ms, two at once").isLessThan(80);
    away[0] = true;
    task.after(1_000, () -> away[0] = false);
    for (int i = 0; i < 8; i++) {
      add("f" + i, 1);
      assertThat(sender.waiting()).isLessThanOrEqualTo(6);
    }
    assertThat(task.now() - start).as("until the table is back").isGreaterThan(1_000);
  }
}
