package io.decisionstore.dynamodb.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.source.StreamsClient;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StartPosition;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.model.Record;

@Timeout(20)
class ShardSplitReaderTest {

  /** A stream that answers by script: each read takes the next step. */
  private static final class Script implements StreamsClient {
    final Deque<Supplier<Page>> steps = new ArrayDeque<>();
    final List<String> positions = new ArrayList<>();

    Script page(String... sequenceNumbers) {
      List<Record> records = Arrays.stream(sequenceNumbers).map(Script::record).toList();
      steps.add(() -> new Page(records, "next"));
      return this;
    }

    Script end(String... sequenceNumbers) {
      List<Record> records = Arrays.stream(sequenceNumbers).map(Script::record).toList();
      steps.add(() -> new Page(records, null));
      return this;
    }

    Script fails(RuntimeException failure) {
      steps.add(
          () -> {
            throw failure;
          });
      return this;
    }

    private static Record record(String sequenceNumber) {
      return Record.builder()
          .dynamodb(change -> change.sequenceNumber(sequenceNumber))
          .eventName("INSERT")
          .build();
    }

    @Override
    public String streamArn() {
      return "arn";
    }

    @Override
    public List<ListedShard> shards() {
      return List.of();
    }

    @Override
    public String iterator(String shardId, String position) {
      positions.add(position);
      return "iterator";
    }

    @Override
    public Page read(String iterator) {
      return steps.remove().get();
    }

    @Override
    public boolean isTransient(Throwable failure) {
      return "busy".equals(failure.getMessage());
    }

    @Override
    public String explain(Throwable failure) {
      return "explained: " + failure.getMessage();
    }

    @Override
    public void close() {}
  }

  private final Script script = new Script();

  private ShardSplitReader reader(boolean failOnTrimmed, String... shardIds) {
    Duration wait = Duration.ofMillis(1);
    SourceConfig config =
        new SourceConfig(
            "t",
            "r",
            null,
            StartPosition.TRIM_HORIZON,
            List.of(),
            wait,
            wait,
            Duration.ofSeconds(1),
            failOnTrimmed);
    ShardSplitReader reader = new ShardSplitReader(script, config);
    List<ShardSplit> splits =
        Arrays.stream(shardIds)
            .map(id -> new ShardSplit("arn", id, ShardSplit.TRIM_HORIZON))
            .toList();
    reader.handleSplitsChanges(new SplitsAddition<>(splits));
    return reader;
  }

  /** Reads until the script is played out. */
  private List<String> readAll(ShardSplitReader reader, List<String> finished) {
    List<String> read = new ArrayList<>();
    while (!script.steps.isEmpty()) {
      RecordsWithSplitIds<StreamRecord> fetched = reader.fetch();
      while (fetched.nextSplit() != null) {
        StreamRecord next;
        while ((next = fetched.nextRecordFromSplit()) != null) {
          read.add(next.record().dynamodb().sequenceNumber());
        }
      }
      finished.addAll(fetched.finishedSplits());
    }
    return read;
  }

  @Test
  void anEmptyPageIsNotTheEnd() {
    script.page().page("1").page().page().end("2");
    List<String> finished = new ArrayList<>();
    assertThat(readAll(reader(true, "s"), finished)).containsExactly("1", "2");
    assertThat(finished).containsExactly("s");
  }

  @Test
  void anExpiredIteratorGoesOnAfterTheLastRecord() {
    script.page("1", "2").fails(new StreamsClient.ExpiredIteratorException(null)).end("3");
    assertThat(readAll(reader(true, "s"), new ArrayList<>())).containsExactly("1", "2", "3");
    assertThat(script.positions).containsExactly("TRIM_HORIZON", "2");
  }

  @Test
  void anExpiredIteratorAtLatestLosesNothing() {
    script.page().fails(new StreamsClient.ExpiredIteratorException(null)).end("1");
    ShardSplitReader reader = reader(true);
    reader.handleSplitsChanges(
        new SplitsAddition<>(List.of(new ShardSplit("arn", "s", ShardSplit.LATEST))));
    assertThat(readAll(reader, new ArrayList<>())).containsExactly("1");
    // LATEST again would skip what was written while the iterator grew old.
    assertThat(script.positions).containsExactly("LATEST", "TRIM_HORIZON");
  }

  @Test
  void aPassingFailureIsTriedAgain() {
    RuntimeException busy = new RuntimeException("busy");
    script.page("1").fails(busy).fails(busy).end("2");
    assertThat(readAll(reader(true, "s"), new ArrayList<>())).containsExactly("1", "2");
  }

  @Test
  void aLastingFailureStopsTheJobWithASentence() {
    script.fails(new RuntimeException("no credentials"));
    assertThatThrownBy(() -> reader(true, "s").fetch()).hasMessage("explained: no credentials");
  }

  @Test
  void trimmedRecordsStopTheJob() {
    script.page("1").fails(new StreamsClient.TrimmedException(null));
    assertThatThrownBy(() -> readAll(reader(true, "s"), new ArrayList<>()))
        .hasMessageContaining("Shard s has lost the records after 1");
  }

  @Test
  void aShardWhoseFirstRecordCameAfterTheIteratorIsReadFromIt() {
    script.page().fails(new StreamsClient.TrimmedException(null)).end("1");
    assertThat(readAll(reader(true, "s"), new ArrayList<>())).containsExactly("1");
    assertThat(script.positions).containsExactly("TRIM_HORIZON", "TRIM_HORIZON");
  }

  @Test
  void aNewIteratorThatIsTrimmedStopsTheJob() {
    script.fails(new StreamsClient.TrimmedException(null));
    assertThatThrownBy(() -> readAll(reader(true, "s"), new ArrayList<>()))
        .hasMessageContaining("has lost the records after TRIM_HORIZON");
  }

  @Test
  void trimmedRecordsArePassedOverWhenTold() {
    script.page("1").fails(new StreamsClient.TrimmedException(null)).end("9");
    assertThat(readAll(reader(false, "s"), new ArrayList<>())).containsExactly("1", "9");
    assertThat(script.positions).containsExactly("TRIM_HORIZON", "TRIM_HORIZON");
  }

  @Test
  void aFailingShardDoesNotStopTheOthers() {
    script.fails(new RuntimeException("busy")).page("1").end("2").end("3");
    List<String> finished = new ArrayList<>();
    assertThat(readAll(reader(true, "a", "b"), finished)).containsExactly("1", "2", "3");
    assertThat(finished).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void wakingUpEndsAWait() {
    script.page();
    ShardSplitReader reader = reader(true, "s");
    reader.wakeUp();
    assertThat(reader.fetch().nextSplit()).isNull();
    assertThat(script.steps).hasSize(1); // it was woken before it read
  }
}
