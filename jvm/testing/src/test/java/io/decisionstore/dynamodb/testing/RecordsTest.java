package io.decisionstore.dynamodb.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What records and pages look like. */
@Timeout(60)
class RecordsTest {
  private final ScriptedStreams streams = new ScriptedStreams();
  private final StreamedTable table =
      streams.createTable("orders", 0, List.of("id"), ViewType.NEW_AND_OLD_IMAGES);

  private String shard() {
    table.openShard("a", null);
    return "a";
  }

  @Test
  void aPutIsAnInsertThenAModifyAndARemovalHasTheOldImageOnly() {
    String shard = shard();
    table.put(Map.of("id", "1", "amount", 3), shard);
    table.put(Map.of("id", "1", "amount", 4), shard);
    assertThat(table.put(Map.of("id", "1", "amount", 4), shard)).isNull();
    table.openShard("b", null);
    StreamedTable other = streams.createTable("others", 1);
    other.put(Map.of("id", "1"));
    other.remove(Map.of("id", "1"));
    assertThat(other.remove(Map.of("id", "1"))).isNull();

    List<JsonNode> changes = Reads.all(streams, table, shard);
    assertThat(changes)
        .extracting(record -> record.path("eventName").textValue())
        .containsExactly("INSERT", "MODIFY");
    assertThat(changes.get(0).path("dynamodb").has("OldImage")).isFalse();
    assertThat(
            changes.get(1).path("dynamodb").path("OldImage").path("amount").path("N").textValue())
        .isEqualTo("3");
    assertThat(
            changes.get(1).path("dynamodb").path("NewImage").path("amount").path("N").textValue())
        .isEqualTo("4");
    JsonNode removal = Reads.all(streams, other, other.shards().get(0).shardId()).get(1);
    assertThat(removal.path("eventName").textValue()).isEqualTo("REMOVE");
    assertThat(removal.path("dynamodb").has("NewImage")).isFalse();
    assertThat(removal.path("dynamodb").path("OldImage").path("id").path("S").textValue())
        .isEqualTo("1");
    assertThat(removal.has("userIdentity")).isFalse();
  }

  @Test
  void anItemWhoseTimeIsOverIsRemovedByDynamoDbItself() {
    StreamedTable expiring = streams.createTable("expiring", 1);
    expiring.put(Map.of("id", "1"));
    expiring.expire(Map.of("id", "1"));
    JsonNode removal = Reads.all(streams, expiring, expiring.shards().get(0).shardId()).get(1);
    assertThat(removal.path("userIdentity").path("PrincipalId").textValue())
        .isEqualTo("dynamodb.amazonaws.com");
  }

  @Test
  void everyTypeOfValueArrivesAsDynamoDbWritesIt() {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("id", "ä\"\n");
    item.put("whole", 12345678901234567L);
    item.put("truth", true);
    item.put("nothing", null);
    item.put("bytes", new byte[] {-1, 0, 1});
    item.put("list", Arrays.asList("x", null, 1));
    item.put("map", Map.of("inner", List.of()));
    item.put("set", Set.of(7));
    table.put(item, shard());
    JsonNode image = Reads.all(streams, table, "a").get(0).path("dynamodb").path("NewImage");
    assertThat(image.toString())
        .isEqualTo(
            "{\"id\":{\"S\":\"ä\\\"\\n\"},\"whole\":{\"N\":\"12345678901234567\"},\"truth\":{\"BOOL\":true},"
                + "\"nothing\":{\"NULL\":true},\"bytes\":{\"B\":\"/wAB\"},"
                + "\"list\":{\"L\":[{\"S\":\"x\"},{\"NULL\":true},{\"N\":\"1\"}]},"
                + "\"map\":{\"M\":{\"inner\":{\"L\":[]}}},\"set\":{\"NS\":[\"7\"]}}");
    assertThatThrownBy(() -> table.put(Map.of("id", "2", "set", Set.of())))
        .hasMessageContaining("no empty sets");
  }

  @Test
  void viewTypesLeaveImagesOut() {
    for (ViewType view : ViewType.values()) {
      StreamedTable viewed = streams.createTable(view.name(), 1, List.of("id"), view);
      viewed.put(Map.of("id", "1", "v", 1));
      viewed.put(Map.of("id", "1", "v", 2));
      JsonNode modify =
          Reads.all(streams, viewed, viewed.shards().get(0).shardId()).get(1).path("dynamodb");
      assertThat(modify.has("NewImage")).isEqualTo(view.name().startsWith("NEW"));
      assertThat(modify.has("OldImage")).isEqualTo(view.name().contains("OLD"));
      assertThat(modify.path("StreamViewType").textValue()).isEqualTo(view.name());
      int images = (modify.has("NewImage") ? 1 : 0) + (modify.has("OldImage") ? 1 : 0);
      assertThat(modify.path("SizeBytes").intValue()).isEqualTo(3 + images * 5);
    }
  }

  @Test
  void sequenceNumbersRiseAsNumbersAndGainADigit() {
    String shard = shard();
    for (int i = 0; i < 20; i++) {
      table.put(Map.of("id", "" + i), shard);
    }
    String child = table.rollOver(shard);
    table.put(Map.of("id", "x"), child);
    List<String> numbers = new ArrayList<>();
    Reads.all(streams, table, shard).forEach(record -> numbers.add(Reads.sequenceNumber(record)));
    ShardDescription parent = table.shards().get(0);
    ShardDescription next = table.shards().get(1);
    numbers.add(0, parent.startingSequenceNumber());
    numbers.add(parent.endingSequenceNumber());
    numbers.add(next.startingSequenceNumber());
    numbers.add(Reads.sequenceNumber(Reads.all(streams, table, child).get(0)));
    List<BigInteger> values = numbers.stream().map(BigInteger::new).toList();
    assertThat(values).isSorted().doesNotHaveDuplicates();
    assertThat(numbers.get(0).length()).isLessThan(numbers.get(numbers.size() - 1).length());
    assertThat(numbers.get(0)).isGreaterThan(numbers.get(numbers.size() - 1));
  }

  @Test
  void aSequenceNumberIsTheSameWrittenAndReadBack() {
    for (long number : new long[] {0, 9, 10, 11, 1_000_000, Long.MAX_VALUE / 4}) {
      assertThat(SequenceNumbers.parse(SequenceNumbers.text(number))).isEqualTo(number);
      Bytes out = new Bytes(8);
      SequenceNumbers.append(out, number);
      assertThat(new String(out.copy())).isEqualTo(SequenceNumbers.text(number));
    }
    assertThat(
            new BigInteger(SequenceNumbers.text(10))
                .subtract(new BigInteger(SequenceNumbers.text(9))))
        .isOne();
    assertThat(SequenceNumbers.parse("0".repeat(21))).isNegative();
    assertThat(SequenceNumbers.parse("9".repeat(40))).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> SequenceNumbers.parse("12")).isInstanceOf(ServiceException.class);
  }

  @Test
  void aPageHoldsAThousandRecordsOrAMegabyte() {
    String shard = shard();
    IntStream.range(0, 1_001).forEach(i -> table.put(Map.of("id", "" + i), shard));
    assertThat(Reads.first(streams, table, shard).size()).isEqualTo(1_000);
    assertThat(Reads.all(streams, table, shard)).hasSize(1_001);

    table.openShard("big", null);
    String payload = "x".repeat(399_990);
    IntStream.range(0, 3).forEach(i -> table.put(Map.of("id", "big" + i, "p", payload), "big"));
    assertThat(Reads.first(streams, table, "big").size()).isEqualTo(2);
    assertThat(streams.getRecords(Reads.iterator(streams, table, "big", "TRIM_HORIZON"), 1).size())
        .isEqualTo(1);
    table.pageLimits(10, 1);
    assertThat(Reads.first(streams, table, "big").size())
        .as("a page holds one record at least")
        .isEqualTo(1);
  }

  @Test
  void aPageSaysItsRecordsAsTheyAreInItsBody() {
    String shard = shard();
    table.put(Map.of("id", "1"), shard);
    table.put(Map.of("id", "2"), shard);
    RecordsPage page = Reads.first(streams, table, shard);
    JsonNode body = Reads.json(page.body());
    assertThat(body.path("NextShardIterator").textValue()).isEqualTo(page.nextIterator());
    assertThat(Reads.records(page))
        .containsExactly(body.path("Records").get(0), body.path("Records").get(1));
    assertThat(page.size()).isEqualTo(2);
  }

  @Test
  void aKeyStaysWithTheShardThatOwnsIt() {
    StreamedTable routed = streams.createTable("routed", 4);
    IntStream.range(0, 400).forEach(i -> routed.put(Map.of("id", i % 40, "v", i)));
    List<Set<String>> keys = new ArrayList<>();
    for (ShardDescription shard : routed.shards()) {
      keys.add(Set.copyOf(Reads.texts(Reads.all(streams, routed, shard.shardId()), "id")));
    }
    assertThat(keys).allSatisfy(one -> assertThat(one).isNotEmpty());
    assertThat(keys.stream().mapToInt(Set::size).sum()).isEqualTo(40);
  }

  @Test
  void creationTimesAreWholeSecondsInAwssForm() {
    table.put(Map.of("id", "1"), shard());
    String json = new String(Reads.first(streams, table, "a").records().get(0));
    assertThat(json).containsPattern("\"ApproximateCreationDateTime\":\\d\\.\\d{1,9}E9,");
    assertThat(Change.seconds(1_464_805_270_999L)).isEqualTo("1.46480527E9");
  }
}
