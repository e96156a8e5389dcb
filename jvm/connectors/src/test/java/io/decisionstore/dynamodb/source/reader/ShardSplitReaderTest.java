package io.decisionstore.dynamodb.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.source.Configs;
import io.decisionstore.dynamodb.source.ScriptedClient;
import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.client.StreamsException.Kind;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.split.ShardEnd;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.source.split.ShardSplitState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ShardSplitReaderTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long HOUR = 3_600_000L;

  /** A stream that answers by script: each read takes the next step, and then none is answered. */
  private final class Script extends ReadingClient {
    final Deque<Supplier<CompletableFuture<Page>>> steps = new ArrayDeque<>();
    final List<String> positions = new ArrayList<>();
    final List<String> reads = new ArrayList<>();
    StreamsException iteratorFails;
    StreamsException iteratorFailsNext;
    long outageUntil;

    Script page(String... sequenceNumbers) {
      return pageWrittenAt(NOW, "next", sequenceNumbers);
    }

    Script end(String... sequenceNumbers) {
      return pageWrittenAt(NOW, null, sequenceNumbers);
    }

    Script pageWrittenAt(long millis, String next, String... sequenceNumbers) {
      String[] records =
          Arrays.stream(sequenceNumbers)
              .map(number -> ScriptedClient.record(number, millis / 1_000))
              .toArray(String[]::new);
      return body(ScriptedClient.page(next, records));
    }

    Script body(byte[] body) {
      steps.add(() -> CompletableFuture.completedFuture(new Page(body, body.length)));
      return this;
    }

    Script fails(Kind kind) {
      steps.add(
          () -> CompletableFuture.failedFuture(new StreamsException(kind, "told: " + kind, null)));
      return this;
    }

    /** An answer that the test gives when it likes. */
    CompletableFuture<Page> open() {
      CompletableFuture<Page> answer = new CompletableFuture<>();
      steps.add(() -> answer);
      return answer;
    }

    @Override
    public CompletableFuture<String> iterator(ShardSplit split) {
      positions.add(split.position());
      if (iteratorFails != null) {
        StreamsException failure = iteratorFails;
        iteratorFails = clock.now() < outageUntil ? iteratorFailsNext : null;
        return CompletableFuture.failedFuture(failure);
      }
      return CompletableFuture.completedFuture("iterator of " + split.shardId());
    }

    @Override
    public CompletableFuture<Page> read(String iterator) {
      reads.add(iterator);
      if (steps.isEmpty()) {
        clock.wakeUp();
        return new CompletableFuture<>();
      }
      return steps.remove().get();
    }
  }

  private final Script script = new Script();
  private final VirtualTime clock = new VirtualTime(NOW);
  private final Progress progress = new Progress();
  private final List<String> finished = new ArrayList<>();
  private final Map<String, ShardSplitState> states = new HashMap<>();
  private MemoryBudget memory;
  private ReaderMetrics metrics;

  private ShardSplitReader reader(LossPolicy onTrimmed, ShardSplit... splits) {
    return reader(Configs.of(onTrimmed, List.of()), splits);
  }

  private ShardSplitReader reader(SourceConfig config, ShardSplit... splits) {
    memory = new MemoryBudget(config.maxBytes());
    metrics = new ReaderMetrics(new UnregisteredMetricsGroup(), memory);
    PollPace pace = new PollPace(config.pace(), 1);
    ShardSplitReader reader =
        new ShardSplitReader(script, config, pace, memory, metrics, progress, clock);
    for (ShardSplit split : splits) {
      states.put(split.splitId(), new ShardSplitState(split));
    }
    reader.handleSplitsChanges(new SplitsAddition<>(List.of(splits)));
    return reader;
  }

  private static ShardSplit shard(String id) {
    return ShardSplit.fromStart("arn", id, 0, 0, Long.MAX_VALUE);
  }

  private ShardEnd end() {
    return progress.takeEnd("arn/s").end();
  }

  /** Reads until the script is played out. */
  private List<String> readAll(ShardSplitReader reader) {
    List<String> read = new ArrayList<>();
    while (!script.steps.isEmpty()) {
      take(reader.fetch(), read);
    }
    clock.at(clock.now() + 10_000, clock::wakeUp); // what was answered last
    take(reader.fetch(), read);
    return read;
  }

  private void take(RecordsWithSplitIds<PageRecords> fetched, List<String> read) {
    for (String split = fetched.nextSplit(); split != null; split = fetched.nextSplit()) {
      PageRecords next;
      while ((next = fetched.nextRecordFromSplit()) != null) {
        read.add(next.page().sequenceNumber(next.record()));
        next.emittedInto(states.get(split));
      }
    }
    finished.addAll(fetched.finishedSplits());
    fetched.recycle();
  }

  @Test
  void anEmptyPageIsNotTheEnd() {
    script.page().page("1").page().page().end("2");
    assertThat(readAll(reader(LossPolicy.FAIL, shard("s")))).containsExactly("1", "2");
    assertThat(finished).containsExactly("arn/s");
    assertThat(end()).isEqualTo(ShardEnd.CLOSED);
  }

  @Test
  void anEndWithoutRecordsIsTold() {
    script.end();
    assertThat(readAll(reader(LossPolicy.FAIL, shard("s")))).isEmpty();
    assertThat(finished).containsExactly("arn/s");
  }

  @Test
  void anExpiredIteratorGoesOnAfterTheLastRecord() {
    script.page("1", "2").fails(Kind.EXPIRED_ITERATOR).end("3");
    assertThat(readAll(reader(LossPolicy.FAIL, shard("s")))).containsExactly("1", "2", "3");
    assertThat(script.positions).containsExactly("TRIM_HORIZON", "2");
  }

  @Test
  void anIteratorOfTheEnumeratorIsUsedAndWhenItExpiresNothingIsLost() {
    script.page().fails(Kind.EXPIRED_ITERATOR).end("1");
    ShardSplit latest =
        new ShardSplit("arn", "s", ShardSplit.LATEST, 0, 0, 0, Long.MAX_VALUE, null)
            .startingAt("of the enumerator");
    assertThat(readAll(reader(LossPolicy.FAIL, latest))).containsExactly("1");
    assertThat(script.reads.get(0)).isEqualTo("of the enumerator");
    // LATEST again would skip what was written while the iterator grew old.
    assertThat(script.positions).containsExactly("TRIM_HORIZON");
  }

  @Test
  void aPassingFailureIsTriedAgainAndThrottlingCounted() {
    script.page("1").fails(Kind.TRANSIENT).fails(Kind.THROTTLED).end("2");
    assertThat(readAll(reader(LossPolicy.FAIL, shard("s")))).containsExactly("1", "2");
    assertThat(metrics.throttledReads.getCount()).isEqualTo(1);
    assertThat(metrics.failedReads.getCount()).isEqualTo(2);
    assertThat(metrics.billedReads.getCount()).isEqualTo(2);
  }

  @Test
  void aLastingFailureStopsTheJobWithItsSentence() {
    script.fails(Kind.FATAL);
    assertThatThrownBy(() -> reader(LossPolicy.FAIL, shard("s")).fetch()).hasMessage("told: FATAL");
  }

  @Test
  void aPageThatIsNoPageIsReadAgain() {
    script.page("1").body("{\"Records\":[{\"dyna".getBytes()).end("2");
    assertThat(readAll(reader(LossPolicy.FAIL, shard("s")))).containsExactly("1", "2");
    assertThat(script.positions).containsExactly("TRIM_HORIZON", "1");
    assertThat(memory.taken()).isZero();
  }

  @Test
  void aPageThatStaysNoPageStopsTheJob() {
    script.page("1");
    for (int i = 0; i < 25; i++) {
      script.body("{\"Records\":[{\"dyna".getBytes());
    }
    assertThatThrownBy(() -> readAll(reader(LossPolicy.FAIL, shard("s"))))
        .hasMessageContaining("Shard arn/s cannot be read on after 1: The response of GetRecords")
        .hasMessageContaining("It was asked for 20 times.");
  }

  @Test
  void trimmedRecordsStopTheJobWithTheGapsBorders() {
    script
        .pageWrittenAt(NOW - 30 * HOUR, "next", "1")
        .fails(Kind.TRIMMED)
        .pageWrittenAt(NOW - 23 * HOUR, "next", "9");
    assertThatThrownBy(() -> readAll(reader(LossPolicy.FAIL, shard("s"))))
        .hasMessageContaining(
            "Shard s of table arn has lost its records after sequence number 1 (written at 2027-01-14T02:00:00Z) up to those written at 2027-01-14T09:00:00Z")
        .hasMessageContaining("set_on_trimmed(OnLoss.CONTINUE)");
  }

  @Test
  void trimmedRecordsArePassedOverWhenToldAndCounted() {
    script.page("1").fails(Kind.TRIMMED).end("9");
    assertThat(readAll(reader(LossPolicy.CONTINUE, shard("s")))).containsExactly("1", "9");
    assertThat(script.positions).containsExactly("TRIM_HORIZON", "TRIM_HORIZON");
    assertThat(metrics.trimmedGaps.getCount()).isEqualTo(1);
  }

  @Test
  void aShardWhoseFirstRecordCameAfterTheIteratorIsReadFromIt() {
    script.page().fails(Kind.TRIMMED).end("1");
    assertThat(readAll(reader(LossPolicy.FAIL, shard("s")))).containsExactly("1");
    assertThat(script.positions).containsExactly("TRIM_HORIZON", "TRIM_HORIZON");
  }

  @Test
  void recordsOlderThanTheShardsDiscoveryAreLostThoughItWasFoundALittleWhileAgo() {
    script.pageWrittenAt(NOW - 20 * HOUR, "next", "1").fails(Kind.TRIMMED).end("5");
    ShardSplit found = ShardSplit.fromStart("arn", "s", NOW, 0, Long.MAX_VALUE);
    assertThatThrownBy(() -> readAll(reader(LossPolicy.FAIL, found)))
        .hasMessageContaining("has lost its records after sequence number 1");
  }

  @Test
  void aNewIteratorThatIsTrimmedStopsTheJob() {
    script.fails(Kind.TRIMMED).page("9");
    assertThatThrownBy(() -> readAll(reader(LossPolicy.FAIL, shard("s"))))
        .hasMessageContaining("has lost its records from its start");
  }

  @Test
  void aShardThatWaitedForADayToBeReadFromItsStartHasLostIt() {
    // DynamoDB does not say so: TRIM_HORIZON is the oldest record that is left.
    script.pageWrittenAt(NOW - 23 * HOUR, "next", "9");
    ShardSplit waited = ShardSplit.fromStart("arn", "s", NOW - 25 * HOUR, 0, Long.MAX_VALUE);
    assertThatThrownBy(() -> readAll(reader(LossPolicy.FAIL, waited)))
        .hasMessageContaining("has lost its records from its start up to those written at");
  }

  @Test
  void aShardWithoutTrafficForADayHasLostNothing() {
    // Its last record is gone, and the checkpoint knows that nothing had come after it.
    ShardSplit idle = shard("s").after("1", NOW - 40 * HOUR).readUntil(NOW - HOUR);
    script.iteratorFails = new StreamsException(Kind.TRIMMED, "", null);
    script.end("2");
    assertThat(readAll(reader(LossPolicy.FAIL, idle))).containsExactly("2");
    assertThat(script.positions).containsExactly("1", "TRIM_HORIZON");
  }

  @Test
  void aShardWithoutTrafficForDaysIsKeptAsReadToItsTip() {
    ShardSplit idle = shard("s").after("1", NOW - 40 * HOUR).readUntil(NOW - HOUR);
    script.iteratorFails = new StreamsException(Kind.TRIMMED, "", null);
    for (int i = 0; i < 60; i++) {
      script.page();
    }
    take(reader(LossPolicy.FAIL, idle).fetch(), new ArrayList<>());
    assertThat(progress.withTip(states.get("arn/s").split()).readUntil()).isGreaterThan(NOW);
  }

  @Test
  void theEndOfAShardWithoutTrafficSaysWhenItWasLastReadToItsTip() {
    for (int i = 0; i < 60; i++) {
      script.page();
    }
    script.end();
    ShardSplit old = ShardSplit.fromStart("arn", "s", NOW - 23 * HOUR, 0, Long.MAX_VALUE);
    assertThat(readAll(reader(LossPolicy.FAIL, old))).isEmpty();
    assertThat(progress.takeEnd("arn/s").readUntil()).isGreaterThan(NOW);
  }

  @Test
  void whatIsTrimmedWhileNoIteratorIsToBeHadIsTold() {
    // Nothing was left when it was last looked at, but that is more than a day ago at last.
    ShardSplit idle = shard("s").after("1", NOW - 40 * HOUR).readUntil(NOW - 23 * HOUR);
    script.iteratorFails = new StreamsException(Kind.TRIMMED, "", null);
    ShardSplitReader reader = reader(LossPolicy.FAIL, idle);
    script.iteratorFailsNext = new StreamsException(Kind.TRANSIENT, "", null);
    script.outageUntil = NOW + 3 * HOUR;
    script.end("9");
    assertThatThrownBy(() -> readAll(reader)).hasMessageContaining("has lost its records");
  }

  @Test
  void aShardReadToItsTipIsKeptAsSuch() {
    script.page("1");
    for (int i = 0; i < 60; i++) {
      script.page();
    }
    ShardSplitReader reader = reader(LossPolicy.FAIL, shard("s"));
    take(reader.fetch(), new ArrayList<>());
    ShardSplit emitted = states.get("arn/s").split();
    assertThat(progress.withTip(emitted).readUntil()).isZero();
    script.page("2");
    take(reader.fetch(), new ArrayList<>());
    ShardSplit kept = progress.withTip(emitted);
    assertThat(kept.readUntil()).isBetween(NOW + 1_000, clock.now());
    // What was read after it is emitted, and it is no longer the tip.
    assertThat(progress.withTip(states.get("arn/s").split()).readUntil()).isZero();
  }

  @Test
  void aShardThatIsGoneStopsTheJobAfterLooksOverTwoSeconds() {
    script.page("1");
    for (int i = 0; i < 100; i++) {
      script.fails(Kind.NOT_FOUND);
    }
    assertThatThrownBy(() -> readAll(reader(LossPolicy.FAIL, shard("s"))))
        .hasMessageContaining("after sequence number 1")
        .hasMessageContaining("up to its end");
    assertThat(clock.now()).isBetween(NOW + 2_000, NOW + 30_000);
  }

  @Test
  void aShardThatIsNotFoundAmongOtherFailuresIsNotGone() {
    script.page("1");
    for (int i = 0; i < 10; i++) {
      script.fails(Kind.TRANSIENT);
    }
    script.fails(Kind.NOT_FOUND).fails(Kind.THROTTLED).fails(Kind.NOT_FOUND).end("2");
    assertThat(readAll(reader(LossPolicy.FAIL, shard("s")))).containsExactly("1", "2");
  }

  @Test
  void aShardThatIsGoneIsEndedWhenTold() {
    script.page("1");
    for (int i = 0; i < 100; i++) {
      script.fails(Kind.NOT_FOUND);
    }
    ShardSplitReader reader = reader(LossPolicy.CONTINUE, shard("s"));
    List<String> read = new ArrayList<>();
    while (finished.isEmpty()) {
      take(reader.fetch(), read);
    }
    assertThat(read).containsExactly("1");
    assertThat(finished).containsExactly("arn/s");
    assertThat(end()).isEqualTo(ShardEnd.LOST);
  }

  @Test
  void recordsBeforeTheBeginningArePassedOver() {
    script.pageWrittenAt(NOW - HOUR, "next", "1", "2").end("3");
    ShardSplit split = ShardSplit.fromStart("arn", "s", NOW, NOW - 1_000, Long.MAX_VALUE);
    assertThat(readAll(reader(LossPolicy.FAIL, split))).containsExactly("3");
    assertThat(metrics.skippedRecords.getCount()).isEqualTo(2);
  }

  @Test
  void aBoundedShardEndsAtTheFirstRecordAfterTheBound() {
    script.page("1").pageWrittenAt(NOW + HOUR, "next", "2");
    ShardSplit split = ShardSplit.fromStart("arn", "s", NOW, 0, NOW + 999);
    assertThat(readAll(reader(LossPolicy.FAIL, split))).containsExactly("1");
    assertThat(end()).isEqualTo(ShardEnd.BOUND);
  }

  @Test
  void aBoundedOpenShardEndsWhenNothingComesAfterTheBound() {
    script.page("1");
    for (int i = 0; i < 1_000; i++) {
      script.page();
    }
    ShardSplitReader reader =
        reader(LossPolicy.FAIL, ShardSplit.fromStart("arn", "s", NOW, 0, NOW + 999));
    List<String> read = new ArrayList<>();
    while (finished.isEmpty()) {
      take(reader.fetch(), read);
    }
    assertThat(read).containsExactly("1");
    assertThat(clock.now()).isBetween(NOW + 3_999, NOW + 4_500);
    assertThat(end()).isEqualTo(ShardEnd.BOUND);
  }

  @Test
  void aSlowShardDelaysNoOther() {
    CompletableFuture<StreamsClient.Page> slow = script.open();
    script.page("1").page("2");
    ShardSplitReader reader = reader(LossPolicy.FAIL, shard("slow"), shard("s"));
    assertThat(readAll(reader)).containsExactly("1", "2");
    byte[] late = ScriptedClient.page(null, ScriptedClient.record("7", NOW / 1_000));
    slow.complete(new StreamsClient.Page(late, late.length));
    List<String> read = new ArrayList<>();
    take(reader.fetch(), read);
    assertThat(read).containsExactly("7");
  }

  @Test
  void theNextPageIsAskedForWhileALargeOneIsEmitted() {
    String[] many = new String[1_000];
    Arrays.setAll(
        many, i -> ScriptedClient.record("1" + (1_000 + i), NOW / 1_000) + " ".repeat(200));
    script.body(ScriptedClient.page("second", many)).page("2");
    ShardSplitReader reader = reader(LossPolicy.FAIL, shard("s"));
    RecordsWithSplitIds<PageRecords> first = reader.fetch();
    assertThat(script.reads).containsExactly("iterator of s", "second");
    List<String> read = new ArrayList<>();
    take(first, read);
    take(reader.fetch(), read);
    assertThat(read).hasSize(1_001);
  }

  @Test
  void noMoreIsAskedForThanTheMemoryHolds() {
    for (int i = 0; i < 8; i++) {
      script.open();
    }
    ShardSplit[] shards = new ShardSplit[8];
    Arrays.setAll(shards, i -> shard("s" + i));
    ShardSplitReader reader = reader(Configs.of(LossPolicy.FAIL, List.of(), 3_000_000), shards);
    clock.at(NOW + 5_000, clock::wakeUp);
    reader.fetch();
    assertThat(script.reads).hasSize(2); // a first page may be 1.2 MB
    assertThat(memory.taken()).isLessThanOrEqualTo(3_000_000);
  }

  @Test
  void anEmptyPageDoesNotPromiseSmallOnes() {
    for (int i = 0; i < 8; i++) {
      script.page();
    }
    for (int i = 0; i < 8; i++) {
      script.open();
    }
    ShardSplit[] shards = new ShardSplit[8];
    Arrays.setAll(shards, i -> shard("s" + i));
    ShardSplitReader reader = reader(Configs.of(LossPolicy.FAIL, List.of(), 3_000_000), shards);
    clock.at(NOW + 500, clock::wakeUp);
    reader.fetch();
    assertThat(script.reads).hasSize(8 + 2); // each page may still be 1.2 MB
  }

  @Test
  void aPausedShardIsNotAskedUntilItIsResumed() {
    script.page("1").page("2");
    ShardSplitReader reader = reader(LossPolicy.FAIL, shard("s"));
    take(reader.fetch(), new ArrayList<>());
    reader.pauseOrResumeSplits(List.of(shard("s")), List.of());
    clock.at(NOW + 10_000, clock::wakeUp);
    reader.fetch();
    assertThat(script.steps).hasSize(1);
    reader.pauseOrResumeSplits(List.of(), List.of(shard("s")));
    assertThat(readAll(reader)).containsExactly("2");
  }

  @Test
  void aFailingShardDoesNotStopTheOthers() {
    script.fails(Kind.TRANSIENT).page("1").end("2").end("3");
    assertThat(readAll(reader(LossPolicy.FAIL, shard("a"), shard("b"))))
        .containsExactly("1", "2", "3");
    assertThat(finished).containsExactlyInAnyOrder("arn/a", "arn/b");
  }

  @Test
  void wakingUpEndsAWait() {
    script.page();
    ShardSplitReader reader = reader(LossPolicy.FAIL, shard("s"));
    reader.wakeUp();
    assertThat(reader.fetch().nextSplit()).isNull();
    assertThat(script.steps).hasSize(1); // it was woken before it read
  }

  @Test
  void whatIsStillUnderwayWhenTheFetcherEndsIsGivenBack() {
    CompletableFuture<StreamsClient.Page> late = script.open();
    ShardSplitReader reader = reader(LossPolicy.FAIL, shard("s"));
    clock.at(NOW + 2_000, clock::wakeUp);
    reader.fetch();
    assertThat(memory.taken()).isPositive();
    reader.close();
    late.complete(new StreamsClient.Page(new byte[10], 10));
    assertThat(memory.taken()).isZero();
  }
}
