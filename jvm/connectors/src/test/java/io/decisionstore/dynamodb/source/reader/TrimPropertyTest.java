package io.decisionstore.dynamodb.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.source.Configs;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.split.ShardEnd;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.testing.FaultKind;
import io.decisionstore.dynamodb.testing.Operation;
import io.decisionstore.dynamodb.testing.ScriptedStreams;
import io.decisionstore.dynamodb.testing.StreamedTable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A shard over days, with stops, outages and pauses of hours: a record that is trimmed before it
 * was read is told, always; and what is told has happened.
 *
 * <p>Known and documented: after a stop whose begin no checkpoint knows to be less than 23:55 hours
 * ago, a loss may be told that has not happened, since nobody can know.
 *
 * <p>Nor can it be known what a shard had lost when it was found: what was older than that and is
 * trimmed before the first record was read is not told.
 *
 * <p>A case is its seed: `-Dreader.seed=N` runs one alone.
 */
@Timeout(120)
class TrimPropertyTest {
  private static final int CASES = Integer.getInteger("reader.cases", 150);
  private static final long NOW = 1_800_000_000_000L;
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long KEPT = 24 * HOUR;

  /** Within this long an undisturbed reader is sure of the tip. */
  private static final long SURE_AFTER = 30 * MINUTE;

  private final Map<String, Integer> outcomes = new LinkedHashMap<>();

  @Test
  void nothingIsLostSilentlyAndNoLossIsInvented() throws Exception {
    Long only = Long.getLong("reader.seed");
    for (long seed = only == null ? 0 : only; seed < (only == null ? CASES : only + 1); seed++) {
      try {
        new Case(new Random(seed)).run();
      } catch (Exception | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
    System.out.println(outcomes);
  }

  private final class Case {
    final Random random;
    final VirtualTime time = new VirtualTime(NOW);
    final ScriptedStreams streams = new ScriptedStreams("eu-west-1", time);
    final StreamedTable table = streams.createTable("t", 0);
    final String split = ShardSplit.id(table.streamArn(), "s");
    final Map<String, Long> written = new LinkedHashMap<>();
    final SourceConfig config;
    final ReaderRun reader;
    boolean closed;
    int gapsTold;
    final long found;
    long closedAt = Long.MAX_VALUE;

    /** Since when nothing has disturbed the reader: no record, failure, pause, stop. */
    long quietSince;

    /** The last moment at which an undisturbed reader had everything; and the checkpoint's. */
    long surelyReadAt = NOW;

    long surelyReadAtCheckpoint = NOW;

    Case(Random random) throws Exception {
      this.random = random;
      table.openShard("s", null);
      table.pageLimits(1 + random.nextInt(5), 1 << 20);
      config =
          Configs.paced(
              Configs.of(random.nextInt(3) == 0 ? LossPolicy.FAIL : LossPolicy.CONTINUE, List.of()),
              Duration.ofMillis(200),
              Duration.ofMinutes(4));
      writeForDays();
      // What is there already may be older than the moment at which the shard is found.
      time.passTo(NOW + random.nextInt(3) * random.nextLong(11 * HOUR));
      found = random.nextBoolean() ? NOW : time.now();
      reader =
          new ReaderRun(
              new FaultyClient(streams, time, random),
              config,
              time,
              List.of(ShardSplit.fromStart(table.streamArn(), "s", found, 0, Long.MAX_VALUE)));
      reader.checkpoint();
      quietSince = time.now();
    }

    void writeForDays() {
      long at = NOW;
      for (int burst = random.nextInt(12); burst > 0; burst--) {
        at += random.nextInt(3) == 0 ? random.nextLong(30 * HOUR) : random.nextLong(HOUR);
        int count = 1 + random.nextInt(8);
        time.at(
            at,
            () -> {
              for (int i = 0; i < count; i++) {
                written.put(table.put(Map.of("id", "i" + written.size()), "s"), time.now());
              }
            });
      }
      time.at(
          at + random.nextLong(30 * HOUR),
          () -> {
            closed = true;
            closedAt = time.now();
            table.close("s");
          });
    }

    void run() throws Exception {
      try {
        while (!reader.isDone()) {
          if (time.now() - NOW > 1_000 * HOUR) {
            throw new AssertionError("the reader does not come to an end");
          }
          step();
        }
      } catch (IllegalStateException told) {
        assertThat(config.onTrimmed()).isEqualTo(LossPolicy.FAIL);
        toldRightly();
        outcome("failed");
        return;
      }
      int gaps = gaps(reader.inState.getOrDefault(split, List.of()));
      assertThat(gapsTold).as("gaps that were told").isGreaterThanOrEqualTo(gaps);
      if (config.onTrimmed() == LossPolicy.FAIL) {
        assertThat(gaps).isZero();
      }
      outcome(gaps > 0 ? "gaps told" : reader.ended.get(split) == ShardEnd.LOST ? "gone" : "whole");
    }

    void step() throws Exception {
      switch (random.nextInt(14)) {
        case 0, 1 -> {
          // A stop: for minutes, or for hours.
          if (random.nextBoolean()) {
            checkpoint();
          }
          reader.die();
          time.passTo(time.now() + someTime());
          reader.restore();
          surelyReadAt = surelyReadAtCheckpoint;
          quietSince = time.now();
        }
        case 2 -> {
          List<ShardSplit> all = reader.splits();
          reader.pause(all);
          fetchUntil(time.now() + someTime());
          reader.resume(all);
          quietSince = time.now();
        }
        case 3 -> {
          FaultKind kind = random.nextBoolean() ? FaultKind.UNAVAILABLE : FaultKind.THROTTLED;
          for (Operation operation : List.of(Operation.GET_RECORDS, Operation.GET_SHARD_ITERATOR)) {
            if (random.nextInt(3) > 0) {
              streams.faults().failSometimes(operation, null, kind, 1, 0);
            }
          }
          fetchUntil(time.now() + Math.min(someTime(), 5 * HOUR));
          streams.faults().heal();
          quietSince = time.now();
        }
        case 4 ->
            streams
                .faults()
                .fail(Operation.GET_RECORDS, FaultKind.EMPTY_PAGE, 1 + random.nextInt(4));
        case 5, 6, 7, 8 -> checkpoint();
        default -> fetchUntil(time.now() + someTime());
      }
    }

    long someTime() {
      return switch (random.nextInt(6)) {
        case 0 -> random.nextLong(30 * HOUR);
        case 1, 2 -> random.nextLong(8 * HOUR);
        default -> random.nextLong(50 * MINUTE);
      };
    }

    void fetchUntil(long moment) {
      while (time.now() < moment && !reader.isDone()) {
        int before = fetched();
        long gapsBefore = reader.metrics.trimmedGaps.getCount();
        reader.fetchUntil(moment);
        if (reader.metrics.trimmedGaps.getCount() > gapsBefore) {
          gapsTold++;
          toldRightly(before);
        }
        if (fetched() > before) {
          quietSince = time.now();
        }
        reader.emitAll();
      }
    }

    void checkpoint() throws Exception {
      note();
      surelyReadAtCheckpoint = surelyReadAt;
      reader.checkpoint();
    }

    void note() {
      long last = written.values().stream().mapToLong(at -> at).max().orElse(0);
      if (time.now() - quietSince > SURE_AFTER && last < time.now() - SURE_AFTER) {
        surelyReadAt = time.now() - SURE_AFTER;
      }
    }

    int fetched() {
      return reader.fetched.getOrDefault(split, List.of()).size();
    }

    void toldRightly() {
      toldRightly(fetched());
    }

    /** A loss was told: there is one, or it could not be known. */
    void toldRightly(int fetchedBefore) {
      long horizon = time.now() - KEPT;
      List<String> read =
          reader.fetched.getOrDefault(split, List.<String>of()).subList(0, fetchedBefore);
      boolean lost =
          written.entrySet().stream()
              .anyMatch(one -> one.getValue() <= horizon && !read.contains(one.getKey()));
      boolean gone = closedAt <= horizon;
      if (!lost && !gone) {
        outcome("told without loss");
        assertThat(surelyReadAt).as("told without a loss").isLessThan(horizon + 45 * MINUTE);
      }
    }

    int gaps(List<String> inState) {
      int gaps = 0;
      boolean missing = false;
      int next = 0;
      for (String one : written.keySet()) {
        boolean there = next < inState.size() && inState.get(next).equals(one);
        if (next == 0 && !there && written.get(one) < found) {
          outcome("of the beginning");
          continue;
        }
        next += there ? 1 : 0;
        gaps += !there && !missing ? 1 : 0;
        missing = !there;
      }
      assertThat(next).as("records that are doubled or out of order").isEqualTo(inState.size());
      return gaps;
    }

    void outcome(String name) {
      outcomes.merge(name, 1, Integer::sum);
    }
  }
}
