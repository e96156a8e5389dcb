package io.decisionstore.dynamodb.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Positions, expiry and trimming. */
@Timeout(60)
class TimeTest {
  private final Clock still = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
  private final ScriptedStreams streams = new ScriptedStreams("eu-west-1", still);
  private final StreamedTable table = streams.createTable("orders", 1);
  private final String shard = table.shards().get(0).shardId();

  private String put(int id) {
    return table.put(Map.of("id", id));
  }

  private List<String> from(String type, String sequenceNumber) {
    String iterator = streams.getShardIterator(table.streamArn(), shard, type, sequenceNumber);
    return Reads.texts(Reads.records(streams.getRecords(iterator, null)), "id");
  }

  private void assertCode(String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(ServiceException.class)
        .hasFieldOrPropertyWithValue("code", code);
  }

  @Test
  void theFourKindsOfIteratorBeginWhereTheySay() {
    put(1);
    String two = put(2);
    put(3);
    assertThat(from("TRIM_HORIZON", null)).containsExactly("1", "2", "3");
    assertThat(from("AT_SEQUENCE_NUMBER", two)).containsExactly("2", "3");
    assertThat(from("AFTER_SEQUENCE_NUMBER", two)).containsExactly("3");
    String latest = Reads.iterator(streams, table, shard, "LATEST");
    put(4);
    assertThat(Reads.texts(Reads.records(streams.getRecords(latest, null)), "id"))
        .containsExactly("4");
    assertThat(Reads.texts(Reads.records(streams.getRecords(latest, null)), "id"))
        .as("again")
        .containsExactly("4");
  }

  @Test
  void whatIsNoPositionIsRefused() {
    put(1);
    assertCode("ValidationException", () -> from("AT_SEQUENCE_NUMBER", "12"));
    assertCode("ValidationException", () -> from("AT_SEQUENCE_NUMBER", null));
    assertCode("ValidationException", () -> from("AT_SEQUENCE_NUMBER", "0".repeat(21)));
    assertCode("ValidationException", () -> from("EARLIEST", null));
    assertCode("ValidationException", () -> streams.getRecords("no iterator", null));
    assertCode(
        "ValidationException",
        () -> streams.getRecords(Reads.iterator(streams, table, shard, "LATEST"), 1_001));
    assertCode(
        "ResourceNotFoundException",
        () -> streams.getShardIterator(table.streamArn(), "x", "LATEST", null));
    assertCode(
        "ResourceNotFoundException", () -> streams.getShardIterator("arn", shard, "LATEST", null));
  }

  @Test
  void anIteratorLivesForFifteenMinutesFromItsOwnIssue() {
    String iterator = Reads.iterator(streams, table, shard, "TRIM_HORIZON");
    streams.clock().advance(Duration.ofMinutes(15));
    String next = streams.getRecords(iterator, null).nextIterator();
    streams.clock().advance(Duration.ofMillis(1));
    assertCode("ExpiredIteratorException", () -> streams.getRecords(iterator, null));
    streams.clock().advance(Duration.ofMinutes(14));
    assertThat(streams.getRecords(next, null).nextIterator()).isNotNull();
  }

  @Test
  void recordsAreKeptForADay() {
    String old = put(1);
    streams.clock().advance(Duration.ofHours(23));
    String young = put(2);
    streams.clock().advance(Duration.ofMinutes(50));
    String iterator = Reads.iterator(streams, table, shard, "TRIM_HORIZON");
    assertThat(from("TRIM_HORIZON", null)).containsExactly("1", "2");
    streams.clock().advance(Duration.ofMinutes(10));
    assertThat(from("TRIM_HORIZON", null)).containsExactly("2");
    assertThat(from("AT_SEQUENCE_NUMBER", young)).containsExactly("2");
    assertCode("TrimmedDataAccessException", () -> streams.getRecords(iterator, null));
    assertCode("TrimmedDataAccessException", () -> from("AT_SEQUENCE_NUMBER", old));
    assertCode("TrimmedDataAccessException", () -> from("AFTER_SEQUENCE_NUMBER", old));
  }

  @Test
  void aShardThatWasClosedADayAgoIsGoneAndItsChildIsNot() {
    put(1);
    String iterator = Reads.iterator(streams, table, shard, "TRIM_HORIZON");
    String child = table.rollOver(shard);
    streams.clock().advance(Duration.ofHours(24).minusMillis(1));
    assertThat(table.shards()).hasSize(2);
    streams.clock().advance(Duration.ofMillis(1));
    List<ShardDescription> listed =
        streams.describeStream(table.streamArn(), null, null, null).shards();
    assertThat(listed).extracting(ShardDescription::shardId).containsExactly(child);
    assertThat(listed.get(0).parentShardId()).isEqualTo(shard);
    assertCode(
        "ResourceNotFoundException", () -> Reads.iterator(streams, table, shard, "TRIM_HORIZON"));
    assertCode("ResourceNotFoundException", () -> streams.getRecords(iterator, null));
    Reads.first(streams, table, child);
    assertThat(streams.report().violations()).as("a parent that is gone is owed nothing").isEmpty();
  }

  @Test
  void aListingGoesOnThoughTheShardItStoppedAtIsGone() {
    StreamedTable wide = streams.createTable("wide", 3);
    String first = wide.shards().get(0).shardId();
    List<String> others = wide.shards().stream().map(ShardDescription::shardId).skip(1).toList();
    wide.close(first);
    streams.clock().advance(Duration.ofHours(24));
    assertThat(streams.describeStream(wide.streamArn(), null, first, null).shards())
        .extracting(ShardDescription::shardId)
        .containsExactlyElementsOf(others);
  }

  @Test
  void aScriptTrimsWhenItWants() {
    String one = put(1);
    put(2);
    put(3);
    table.trim(shard, 1);
    assertThat(from("TRIM_HORIZON", null)).containsExactly("3");
    assertCode("TrimmedDataAccessException", () -> from("AFTER_SEQUENCE_NUMBER", one));
  }

  @Test
  void generatedRecordsAreTrimmedToo() {
    StreamedTable generated = streams.generate("g", 1, 10, 500, 5, false);
    String of = generated.shards().get(0).shardId();
    assertThat(Reads.first(streams, generated, of).size()).isEqualTo(10);
    streams.clock().advance(Duration.ofHours(25));
    assertThat(Reads.first(streams, generated, of).size()).isZero();
  }

  @Test
  void timeStopsAndRunsAgainFromWhereItStopped() {
    AtomicLong real = new AtomicLong(1_000);
    ServerClock clock = new ServerClock(clockOf(real));
    clock.freeze();
    real.set(5_000);
    clock.freeze();
    assertThat(clock.millis()).isEqualTo(1_000);
    clock.advance(Duration.ofMillis(100));
    assertThat(clock.millis()).isEqualTo(1_100);
    clock.resume();
    assertThat(clock.millis()).isEqualTo(1_100);
    real.set(5_010);
    clock.resume();
    assertThat(clock.millis()).isEqualTo(1_110);
    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .hasMessageContaining("moves on only");
  }

  private static Clock clockOf(AtomicLong millis) {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
      }
    };
  }
}
