package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.sink.TableClient.Verdict;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.writer.ScriptedTable.Reply;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ItemSenderTest {
  private final SimulatedTask task = new SimulatedTask();
  private final SinkMetrics metrics = SinkMetrics.unregistered();
  private SinkConfig config = Sinks.put(50, 25, 1000);
  private ScriptedTable table;
  private ItemSender sender;

  private void over(ScriptedTable.Script script) {
    table = new ScriptedTable(config, task, script);
    sender = new ItemSender(config, table, task, metrics, new Random(1));
  }

  private void add(String entity, long version) throws InterruptedException {
    sender.add(Sinks.item(config, entity, version));
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
    sender.drain(-1);
    assertThat(table.requests.stream().map(batch -> batch.get(0).version())).hasSize(2);
    assertThat(table.items.values())
        .extracting(item -> item.attributes().get("version").n())
        .containsExactly("3");
    assertThat(metrics.coalesced.getCount()).isEqualTo(1);
  }

  @Test
  void anOlderVersionThanOneUnderwayIsNotWritten() throws Exception {
    config = Sinks.putIfNewer(50, 1000);
    over(items -> Reply.taken(10));
    add("a", 2);
    add("a", 1);
    add("a", 2);
    sender.drain(-1);
    assertThat(table.requests).hasSize(1);
    assertThat(metrics.coalesced.getCount()).isEqualTo(2);
  }

  @Test
  void aNewerWriteGoesInPlaceOfARefusedOne() throws Exception {
    over(items -> table.requests.size() == 1 ? Reply.failed(5, Verdict.THROTTLED) : Reply.taken(5));
    add("a", 1);
    add("a", 2);
    sender.drain(-1);
    assertThat(table.requests).hasSize(2);
    assertThat(table.requests.get(1).get(0).attributes().get("version").n()).isEqualTo("2");
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
    sender.drain(-1);
    assertThat(requestSizes()).containsExactly(1, 25, 2);
    assertThat(table.items).hasSize(26);
    assertThat(metrics.accepted.getCount()).isEqualTo(26);
  }

  @Test
  void anOutageIsOutlivedHoweverLongItLasts() throws Exception {
    long start = task.now();
    long hour = 3_600_000L;
    over(
        items -> task.now() - start < hour ? Reply.failed(1, Verdict.UNAVAILABLE) : Reply.taken(1));
    for (int i = 0; i < 100; i++) {
      add("e" + i, 1);
    }
    sender.drain(-1);
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
  void anItemAtFaultIsFoundAmongItsNeighboursAndNamed() throws Exception {
    over(
        items ->
            items.stream().anyMatch(item -> item.key().partition().s().equals("bad"))
                ? Reply.failed(items.size(), Verdict.REFUSED)
                : Reply.taken(1));
    add("first", 1);
    for (int i = 0; i < 24; i++) {
      add("e" + i, 1);
    }
    add("bad", 1);
    assertThatThrownBy(() -> sender.drain(-1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "The item entity=bad, use_case=u cannot be written to the table t at r: the script says REFUSED.");
    assertThat(requestSizes().subList(0, 2)).containsExactly(1, 25);
    assertThat(table.items).hasSize(25);
  }

  @Test
  void whatCannotBeWrittenAtAllFailsWithTheClientsSentence() throws Exception {
    over(items -> Reply.failed(1, Verdict.FATAL));
    add("a", 1);
    assertThatThrownBy(() -> sender.drain(-1))
        .hasMessage("The table t cannot be written: the script says FATAL.");
  }

  @Test
  void aCheckpointWithVersionsGoesOnDuringAnOutageAndHoldsWhatIsNotWritten() throws Exception {
    config = Sinks.putIfNewer(2, 1000);
    over(items -> Reply.failed(20, Verdict.UNAVAILABLE));
    DynamoDbSinkWriter<Object> writer = new DynamoDbSinkWriter<>(config, table, sender);
    for (int i = 0; i < 10; i++) {
      writer.write(Sinks.row("e" + i % 5, "u", i), null);
    }
    long start = task.now();
    writer.flush(false);
    assertThat(task.now() - start).isBetween(10_000L, 10_100L);
    assertThat(writer.snapshotState(1).stream().mapToLong(Item::version).max()).hasValue(9);
    assertThat(writer.snapshotState(1)).extracting(Item::key).hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void aCheckpointWithoutVersionsWaitsUntilTheTableHasEverything() throws Exception {
    long start = task.now();
    over(
        items ->
            task.now() - start < 60_000 ? Reply.failed(20, Verdict.UNAVAILABLE) : Reply.taken(20));
    DynamoDbSinkWriter<Object> writer = new DynamoDbSinkWriter<>(config, table, sender);
    writer.write(Sinks.row("a", "u", 1), null);
    writer.flush(false);
    assertThat(task.now() - start).isGreaterThanOrEqualTo(60_000);
    assertThat(writer.snapshotState(1)).isEmpty();
    assertThat(table.items).hasSize(1);
  }

  @Test
  void refusalsNarrowTheWindowAndAcceptedRequestsWidenItAgain() {
    CongestionWindow window = new CongestionWindow(50);
    window.refused(0);
    window.refused(50); // sent before the cut
    assertThat(window.size()).isEqualTo(25);
    for (int i = 1; i <= 20; i++) {
      window.refused(i * 100);
    }
    assertThat(window.size()).isEqualTo(1);
    for (int i = 0; i < 2_000; i++) {
      window.accepted();
    }
    assertThat(window.size()).isEqualTo(50);
  }
}
