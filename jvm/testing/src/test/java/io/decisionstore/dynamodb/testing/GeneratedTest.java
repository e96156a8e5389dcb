package io.decisionstore.dynamodb.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tables whose records are made while they are read. */
@Timeout(60)
class GeneratedTest {
  private final ScriptedStreams streams = new ScriptedStreams();

  @Test
  void everyRecordIsWhatAStoredOneWouldBe() {
    StreamedTable table = streams.generate("g", 2, 1_500, 1_000, 12, true);
    List<String> ids = new ArrayList<>();
    for (ShardDescription shard : table.shards()) {
      List<JsonNode> records = Reads.all(streams, table, shard.shardId());
      assertThat(Reads.texts(records, "n"))
          .containsExactlyElementsOf(
              IntStream.range(0, 1_500).mapToObj(Integer::toString).toList());
      ids.addAll(Reads.texts(records, "id"));
      assertThat(records)
          .allSatisfy(
              record -> {
                JsonNode change = record.path("dynamodb");
                assertThat(change.path("NewImage").size()).isEqualTo(12);
                assertThat(change.path("Keys").path("id"))
                    .isEqualTo(change.path("NewImage").path("id"));
                assertThat(change.path("SizeBytes").intValue()).isBetween(950, 1_050);
                assertThat(new BigInteger(Reads.sequenceNumber(record)))
                    .isGreaterThan(new BigInteger(shard.startingSequenceNumber()))
                    .isLessThan(new BigInteger(shard.endingSequenceNumber()));
              });
      assertThat(records.stream().map(Reads::sequenceNumber)).doesNotHaveDuplicates();
      assertThat(records.stream().map(record -> record.path("eventID").textValue()))
          .doesNotHaveDuplicates();
    }
    assertThat(ids).doesNotHaveDuplicates().hasSize(3_000);
  }

  @Test
  void readingGoesOnAfterASequenceNumber() {
    StreamedTable table = streams.generate("g", 1, 100, 500, 5, false);
    String shard = table.shards().get(0).shardId();
    String number = Reads.sequenceNumber(Reads.all(streams, table, shard).get(41));
    String iterator =
        streams.getShardIterator(table.streamArn(), shard, "AFTER_SEQUENCE_NUMBER", number);
    RecordsPage page = streams.getRecords(iterator, null);
    assertThat(Reads.texts(Reads.records(page), "n").get(0)).isEqualTo("42");
    assertThat(page.size()).isEqualTo(58);
    assertThat(page.nextIterator()).isNotNull();
  }

  @Test
  void aGeneratedTableTakesNoItems() {
    StreamedTable table = streams.generate("g", 1, 1, 500, 5, false);
    String shard = table.shards().get(0).shardId();
    assertThatThrownBy(() -> table.put(Map.of("id", 1), shard)).hasMessageContaining("generated");
    assertThatThrownBy(() -> streams.generate("h", 1, 1, 500, 4, false))
        .hasMessageContaining("at least 5");
    assertThatThrownBy(() -> streams.generate("g", 1, 1, 500, 5, false))
        .hasMessageContaining("already");
  }

  @Test
  void aLiveTableIsWrittenWhileItIsRead() throws InterruptedException {
    long begin = LiveWriter.micros();
    StreamedTable table = streams.live("l", 3, 200, 0.5, 1_000, 12);
    String shard = table.shards().get(2).shardId();
    String iterator = Reads.iterator(streams, table, shard, "TRIM_HORIZON");
    List<JsonNode> records = new ArrayList<>();
    int pages = 0;
    while (records.size() < 100) {
      RecordsPage page = streams.getRecords(iterator, null);
      long now = LiveWriter.micros();
      Reads.texts(Reads.records(page), "written_at")
          .forEach(written -> assertThat(Long.parseLong(written)).isBetween(begin, now));
      records.addAll(Reads.records(page));
      pages += page.size() == 0 ? 0 : 1;
      iterator = page.nextIterator();
      Thread.sleep(10);
    }
    assertThat(pages).as("not all at once").isGreaterThan(5);
    assertThat(Reads.texts(records, "n"))
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    assertThat(Reads.texts(records, "written_at").stream().map(Long::valueOf)).isSorted();
    Thread.sleep(20);
    RecordsPage last = streams.getRecords(iterator, null);
    assertThat(last.size()).isZero();
    assertThat(last.nextIterator()).isNotNull();
  }
}
