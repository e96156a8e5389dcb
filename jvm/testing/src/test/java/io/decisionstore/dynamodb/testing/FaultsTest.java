package io.decisionstore.dynamodb.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What fails, when, and what is counted. */
@Timeout(60)
class FaultsTest {
  private final ScriptedStreams streams = new ScriptedStreams();
  private final StreamedTable table = streams.createTable("orders", 2);
  private final String one = table.shards().get(0).shardId();
  private final String two = table.shards().get(1).shardId();

  private Throwable readFailure(String shard) {
    String iterator = Reads.iterator(streams, table, shard, "TRIM_HORIZON");
    return catchThrowable(() -> streams.getRecords(iterator, null));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "EMPTY_PAGE",
        "MISSING_SHARD",
        "CUT_BEFORE",
        "CUT_UNWRITTEN",
        "CUT_IN_BODY",
        "GARBAGE"
      })
  void anErrorStrikesAsOftenAsItWasToldAndIsCounted(FaultKind kind) {
    streams.faults().fail(Operation.GET_RECORDS, kind, 2);
    for (int i = 0; i < 2; i++) {
      ServiceException failure = (ServiceException) readFailure(one);
      assertThat(failure.code()).isEqualTo(kind.exception().code());
      assertThat(failure.status()).isEqualTo(kind.exception().status());
    }
    assertThat(readFailure(one)).isNull();
    Report.Calls reads = streams.report().operations().get("GetRecords");
    assertThat(reads.calls()).isEqualTo(3);
    assertThat(reads.errors()).containsExactly(Map.entry(kind.exception().code(), 2L));
    assertThat(streams.report().billedReads()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"CUT_BEFORE", "CUT_IN_BODY", "GARBAGE"})
  void aFaultOfTheConnectionIsAnIoErrorInProcess(FaultKind kind) {
    streams.faults().fail(Operation.GET_RECORDS, kind, 1);
    assertThat(readFailure(one)).isInstanceOf(UncheckedIOException.class);
    assertThat(readFailure(one)).isNull();
  }

  @Test
  void aFaultMayBeOfOneShardAndBeginLater() {
    streams.faults().fail(Operation.GET_RECORDS, two, FaultKind.THROTTLED, 1, 1);
    assertThat(readFailure(one)).isNull();
    assertThat(readFailure(one)).isNull();
    assertThat(readFailure(two)).isNull();
    assertThat(readFailure(two)).isInstanceOf(ServiceException.class);
    assertThat(readFailure(two)).isNull();
  }

  @Test
  void nowAndThenIsTheSameForTheSameSeedAndEndsWhenHealed() {
    List<Boolean> first = sometimes(7);
    assertThat(first).contains(true, false);
    assertThat(sometimes(7)).isEqualTo(first);
    assertThat(sometimes(8)).isNotEqualTo(first);
    assertThat(readFailure(one)).isNull();
  }

  private List<Boolean> sometimes(long seed) {
    streams
        .faults()
        .failSometimes(Operation.GET_RECORDS, null, FaultKind.INTERNAL_ERROR, 0.5, seed);
    List<Boolean> failed = new ArrayList<>();
    IntStream.range(0, 50).forEach(i -> failed.add(readFailure(one) != null));
    streams.faults().heal();
    return failed;
  }

  @Test
  void anEmptyPageInTheMiddleGoesOnWhereItWas() {
    table.pageLimits(1, 1);
    table.put(Map.of("id", 1), one);
    table.put(Map.of("id", 2), one);
    table.close(one);
    streams.faults().fail(Operation.GET_RECORDS, one, FaultKind.EMPTY_PAGE, 1, 2);
    List<Integer> sizes = new ArrayList<>();
    String iterator = Reads.iterator(streams, table, one, "TRIM_HORIZON");
    while (iterator != null) {
      RecordsPage page = streams.getRecords(iterator, null);
      sizes.add(page.size());
      iterator = page.nextIterator();
    }
    assertThat(sizes).containsExactly(1, 0, 0, 1);
    assertThat(streams.report().emptyReads()).isEqualTo(2);
  }

  @Test
  void aListingMissesAShardOnce() {
    streams.faults().fail(Operation.DESCRIBE_STREAM, one, FaultKind.MISSING_SHARD, 0, 1);
    streams.faults().fail(Operation.DESCRIBE_STREAM, FaultKind.MISSING_SHARD, 1);
    assertThat(listed()).containsExactly(two);
    assertThat(listed()).containsExactly(one);
    assertThat(listed()).containsExactly(one, two);
  }

  private List<String> listed() {
    return streams.describeStream(table.streamArn(), null, null, null).shards().stream()
        .map(ShardDescription::shardId)
        .toList();
  }

  @Test
  void tooManyDescriptionsASecondAreRefusedAndReported() {
    streams.clock().freeze();
    IntStream.range(0, 10).forEach(i -> listed());
    assertThatThrownBy(this::listed).hasFieldOrPropertyWithValue("code", "LimitExceededException");
    assertThat(streams.report().violations()).singleElement().asString().contains("DescribeStream");
    assertThat(streams.report().throttles()).isEqualTo(1);
    streams.clock().advance(Duration.ofSeconds(1));
    assertThat(listed()).hasSize(2);
    streams.describesPerSecond(12);
    IntStream.range(0, 11).forEach(i -> listed());
  }

  @Test
  void threeReadersOfAShardAreOneTooMany() {
    streams.clock().freeze();
    String[] readers = new String[3];
    for (int i = 0; i < 3; i++) {
      readers[i] = Reads.iterator(streams, table, one, "TRIM_HORIZON");
    }
    for (int round = 0; round < 3; round++) {
      readers[0] = streams.getRecords(readers[0], null).nextIterator();
      readers[1] = streams.getRecords(readers[1], null).nextIterator();
    }
    assertThat(streams.report().violations()).isEmpty();
    for (int i : new int[] {2, 0, 1, 2}) {
      readers[i] = streams.getRecords(readers[i], null).nextIterator();
    }
    assertThat(streams.report().violations()).singleElement().asString().contains(one, "2 readers");
  }

  @Test
  void oneReaderThatTakesNewIteratorsIsOneReader() {
    streams.clock().freeze();
    for (int i = 0; i < 10; i++) {
      String iterator = Reads.iterator(streams, table, one, "TRIM_HORIZON");
      streams.getRecords(streams.getRecords(iterator, null).nextIterator(), null);
    }
    assertThat(streams.report().violations()).isEmpty();
  }

  @Test
  void theMostPreciseDelayCounts() {
    Faults faults = streams.faults();
    faults.delay(null, null, Duration.ofMillis(1));
    faults.delay(Operation.GET_RECORDS, null, Duration.ofMillis(2));
    faults.delay(null, one, Duration.ofMillis(3));
    faults.delay(null, one, Duration.ofMillis(4));
    assertThat(faults.nanos(Operation.LIST_STREAMS, null)).isEqualTo(1_000_000);
    assertThat(faults.nanos(Operation.GET_RECORDS, two)).isEqualTo(2_000_000);
    assertThat(faults.nanos(Operation.GET_RECORDS, one)).isEqualTo(4_000_000);
    faults.heal();
    assertThat(faults.nanos(Operation.GET_RECORDS, one)).isZero();
  }

  @Test
  void theReportCountsWhatWasDelivered() {
    table.put(Map.of("id", 1), one);
    RecordsPage page = Reads.first(streams, table, one);
    streams.getRecords(page.nextIterator(), null);
    Report report = streams.report();
    assertThat(report.billedReads()).isEqualTo(2);
    assertThat(report.emptyReads()).isEqualTo(1);
    assertThat(report.records()).isEqualTo(1);
    assertThat(report.bytes()).isGreaterThan(page.body().length);
    assertThat(report.readsByShard()).containsExactly(Map.entry(one, 2L));
    streams.resetReport();
    assertThat(streams.report().billedReads()).isZero();
    assertThat(streams.report().operations().get("GetRecords").calls()).isZero();
  }
}
