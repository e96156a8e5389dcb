package io.decisionstore.dynamodb.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shards, their children, and who lists them when. */
@Timeout(60)
class LineageTest {
  private final ScriptedStreams streams = new ScriptedStreams();
  private final StreamedTable table = streams.createTable("orders", 1);
  private final String root = table.shards().get(0).shardId();

  @BeforeEach
  void freeze() {
    streams.clock().freeze();
  }

  private List<String> listed(String childrenOf) {
    streams.clock().advance(Duration.ofSeconds(1));
    return streams.describeStream(table.streamArn(), null, null, childrenOf).shards().stream()
        .map(ShardDescription::shardId)
        .toList();
  }

  private String end(String shard) {
    return Reads.first(streams, table, shard).nextIterator();
  }

  @Test
  void aSplitShareTheParentsKeysAmongItsChildren() {
    IntStream.range(0, 20).forEach(i -> table.put(Map.of("id", i, "v", 0)));
    List<String> children = table.split(root);
    IntStream.range(0, 20).forEach(i -> table.put(Map.of("id", i, "v", 1)));
    assertThat(Reads.all(streams, table, root)).hasSize(20);
    int left = Reads.all(streams, table, children.get(0)).size();
    int right = Reads.all(streams, table, children.get(1)).size();
    assertThat(left).isPositive();
    assertThat(right).isPositive();
    assertThat(left + right).isEqualTo(20);
    assertThat(table.shards().get(0).isClosed()).isTrue();
    assertThat(table.shards())
        .extracting(ShardDescription::parentShardId)
        .containsExactly(null, root, root);
    assertThatThrownBy(() -> table.split(root)).hasMessageContaining("is closed");
    assertThatThrownBy(() -> table.put(Map.of("id", 1, "v", 2), root))
        .hasMessageContaining("is closed");
  }

  @Test
  void onlyAClosedShardThatIsReadToItsEndHasNoNextIterator() {
    table.pageLimits(1, 1_000);
    table.put(Map.of("id", 1));
    table.put(Map.of("id", 2));
    RecordsPage page = Reads.first(streams, table, root);
    table.rollOver(root);
    assertThat(page.nextIterator()).isNotNull();
    RecordsPage last = streams.getRecords(page.nextIterator(), null);
    assertThat(last.size()).isEqualTo(1);
    assertThat(last.nextIterator()).isNull();
  }

  @Test
  void theListingIsPagedAndShowsEveryShardOnce() {
    StreamedTable wide = streams.createTable("wide", 250);
    List<String> ids = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    String after = null;
    do {
      StreamDescription page = streams.describeStream(wide.streamArn(), null, after, null);
      page.shards().forEach(shard -> ids.add(shard.shardId()));
      sizes.add(page.shards().size());
      after = page.lastEvaluatedShardId();
    } while (after != null);
    assertThat(sizes).containsExactly(100, 100, 50);
    assertThat(ids).doesNotHaveDuplicates().hasSize(250);
  }

  @Test
  void childrenAreShownLaterThanTheyAreThere() {
    List<String> children = table.split(root, Duration.ofSeconds(10), Duration.ofSeconds(5));
    assertThat(listed(null)).containsExactly(root);
    assertThat(listed(root)).isEmpty();
    streams.clock().advance(Duration.ofSeconds(5));
    assertThat(listed(root)).containsExactlyElementsOf(children);
    assertThat(listed(null)).containsExactly(root);
    streams.clock().advance(Duration.ofSeconds(5));
    assertThat(listed(null)).containsExactly(root, children.get(0), children.get(1));
    assertThat(listed(children.get(0))).isEmpty();
  }

  @Test
  void anEnabledAgainStreamIsAnotherOneAndTheOldCanStillBeRead() {
    table.put(Map.of("id", 1));
    String old = table.streamArn();
    assertThatThrownBy(table::enable).hasMessageContaining("disable it first");
    table.disable();
    assertThat(table.put(Map.of("id", "missed"))).isNull();
    assertThat(streams.describeStream(old, null, null, null).status()).isEqualTo("DISABLED");
    String young = table.enable();
    table.put(Map.of("id", 2));
    assertThat(young).isNotEqualTo(old);
    assertThat(table.streamArn()).isEqualTo(young);
    assertThat(streams.listStreams("orders", null, null).streams())
        .extracting(StreamList.Entry::streamArn)
        .containsExactly(old, young);
    String iterator = streams.getShardIterator(old, root, "TRIM_HORIZON", null);
    RecordsPage page = streams.getRecords(iterator, null);
    assertThat(page.size()).isEqualTo(1);
    assertThat(page.nextIterator()).isNull();

    streams.clock().advance(Duration.ofHours(24));
    assertThat(streams.listStreams("orders", null, null).streams())
        .extracting(StreamList.Entry::streamArn)
        .containsExactly(young);
    assertThatThrownBy(() -> streams.describeStream(old, null, null, null))
        .hasFieldOrPropertyWithValue("code", "ResourceNotFoundException");
  }

  @Test
  void streamsAreListedByTableAndInPages() {
    for (int i = 0; i < 3; i++) {
      table.disable();
      table.enable();
    }
    streams.createTable("others", 1);
    assertThat(streams.listStreams(null, null, null).streams()).hasSize(5);
    StreamList first = streams.listStreams("orders", 3, null);
    StreamList second = streams.listStreams("orders", 3, first.lastEvaluatedStreamArn());
    assertThat(first.streams()).hasSize(3);
    assertThat(second.streams()).hasSize(1).doesNotContainAnyElementsOf(first.streams());
    assertThat(second.lastEvaluatedStreamArn()).isNull();
  }

  @Test
  void aChildReadBeforeItsParentsEndIsReportedOnceAndNotAfterwards() {
    String child = table.rollOver(root);
    Reads.first(streams, table, child);
    Reads.first(streams, table, child);
    assertThat(streams.report().violations()).singleElement().asString().contains(child, root);
    streams.resetReport();
    assertThat(end(root)).isNull();
    Reads.first(streams, table, child);
    assertThat(streams.report().violations()).isEmpty();
  }

  @Test
  void aParentsEndThatWasLostOnTheWayWasNotDelivered() {
    String child = table.rollOver(root);
    streams.faults().fail(Operation.GET_RECORDS, FaultKind.CUT_IN_BODY, 1);
    assertThatThrownBy(() -> end(root)).hasMessageContaining("cut");
    Reads.first(streams, table, child);
    assertThat(streams.report().violations()).hasSize(1);
  }

  @Test
  void whoBeginsAtLatestOwesNothingToTheParent() {
    String child = table.rollOver(root);
    streams.getRecords(Reads.iterator(streams, table, child, "LATEST"), null);
    Reads.first(streams, table, child);
    assertThat(streams.report().violations()).isEmpty();
    String grandchild = table.rollOver(child);
    Reads.first(streams, table, grandchild);
    assertThat(streams.report().violations()).as("what split off later is owed").hasSize(1);
  }

  @Test
  void aParentThatIsReadAgainHoldsItsChildrenBackWhenOneJobReads() {
    table.put(Map.of("id", 1));
    String child = table.rollOver(root);
    assertThat(end(root)).isNull();
    table.pageLimits(1, 1);
    table.put(Map.of("id", 2), child);
    streams.oneJobReads(true);
    String again = Reads.iterator(streams, table, root, "TRIM_HORIZON");
    streams.faults().fail(Operation.GET_RECORDS, root, FaultKind.EMPTY_PAGE, 0, 1);
    String next = streams.getRecords(again, null).nextIterator();
    Reads.first(streams, table, child);
    assertThat(streams.report().violations()).hasSize(1);
    streams.resetReport();
    assertThat(streams.getRecords(next, null).nextIterator()).isNull();
    Reads.first(streams, table, child);
    assertThat(streams.report().violations()).isEmpty();
  }

  @Test
  void aChildMayBeOpenedBeforeItsParentIs() {
    table.openShard("child", "parent");
    Reads.first(streams, table, "child");
    assertThat(streams.report().violations())
        .as("a parent that is not there is owed nothing")
        .isEmpty();
    table.openShard("parent", null);
    assertThat(listed(null)).containsExactly(root, "child", "parent");
    assertThat(listed("parent")).containsExactly("child");
    Reads.first(streams, table, "child");
    assertThat(streams.report().violations())
        .singleElement()
        .asString()
        .contains("child", "parent");
  }
}
