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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the streams answer, whenever the reader dies: every record is in the state once, each
 * shard's in order.
 *
 * <p>A case is its seed: `-Dreader.seed=N` runs one alone.
 */
@Timeout(120)
class ReaderFaultsPropertyTest {
  private static final int CASES = 1_000;
  private static final long NOW = 1_800_000_000_000L;

  private static final List<FaultKind> FAULTS =
      List.of(
          FaultKind.THROTTLED,
          FaultKind.LIMIT_EXCEEDED,
          FaultKind.INTERNAL_ERROR,
          FaultKind.UNAVAILABLE,
          FaultKind.EXPIRED_ITERATOR,
          FaultKind.CUT_BEFORE,
          FaultKind.CUT_IN_BODY,
          FaultKind.GARBAGE,
          FaultKind.EMPTY_PAGE);

  private long crashes;
  private long records;
  private long failedCalls;

  @Test
  void everyRecordIsInTheStateOnceAndInOrder() throws Exception {
    Long only = Long.getLong("reader.seed");
    for (long seed = only == null ? 0 : only; seed < (only == null ? CASES : only + 1); seed++) {
      try {
        run(new Random(seed));
      } catch (Exception | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
    System.out.printf(
        "%d cases, %d records, %d crashes, %d calls failed%n",
        CASES, records, crashes, failedCalls);
    assertThat(crashes).isPositive();
    assertThat(failedCalls).isPositive();
  }

  private void run(Random random) throws Exception {
    VirtualTime time = new VirtualTime(NOW);
    ScriptedStreams streams = new ScriptedStreams("eu-west-1", time);
    StreamedTable table = streams.createTable("t", 0);
    table.pageLimits(1 + random.nextInt(12), 200 + random.nextInt(20_000));
    FaultyClient client = new FaultyClient(streams, time, random);
    Map<String, List<String>> written = new HashMap<>();
    List<ShardSplit> splits = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(5); i++) {
      String shard = "shard" + i;
      table.openShard(shard, null);
      splits.add(
          ShardSplit.fromStart(
              table.streamArn(), shard, random.nextBoolean() ? 0 : NOW, 0, Long.MAX_VALUE));
      written.put(shard, new ArrayList<>());
      if (random.nextInt(3) == 0) {
        client.slow(shard, 1 + random.nextInt(4_000));
      }
    }
    script(random, streams, client);
    write(random, time, table, written);

    SourceConfig config =
        Configs.paced(
            Configs.of(
                LossPolicy.FAIL, List.of(), 1 + random.nextInt(random.nextBoolean() ? 1 : 1 << 22)),
            Duration.ofMillis(50),
            Duration.ofMillis(250));
    ReaderRun reader = new ReaderRun(client, config, time, splits);
    reader.checkpoint();
    int ahead = 1 + random.nextInt(3);
    int crashesLeft = random.nextInt(4);
    while (!reader.isDone()) {
      if (time.now() - NOW > 3_600_000) {
        throw new AssertionError("the reader does not come to an end");
      }
      while (reader.pagesHandedOver() < ahead) {
        reader.fetchUntil(time.now() + 500);
        checkMemory(reader, config, client);
      }
      reader.emit(1 + random.nextInt(10));
      switch (random.nextInt(40)) {
        case 0, 1 -> reader.checkpoint();
        case 2 -> {
          List<ShardSplit> some =
              reader.splits().stream().filter(split -> random.nextBoolean()).toList();
          reader.pause(some);
          reader.fetchUntil(time.now() + random.nextInt(3_000));
          if (random.nextBoolean()) {
            reader.pause(some);
          }
          reader.resume(some);
        }
        case 3 -> {
          if (crashesLeft-- > 0) {
            crashes++;
            reader.die();
            time.passTo(time.now() + random.nextInt(3_000));
            reader.restore();
          }
        }
        default -> {}
      }
    }
    reader.close();
    time.passTo(time.now() + 10_000); // what is still under way
    assertThat(reader.memory.taken()).isZero();
    written.forEach(
        (shard, expected) -> {
          String split = ShardSplit.id(table.streamArn(), shard);
          assertThat(reader.inState.getOrDefault(split, List.of()))
              .as(shard)
              .containsExactlyElementsOf(expected);
          assertThat(reader.ended.get(split)).isEqualTo(ShardEnd.CLOSED);
          records += expected.size();
        });
    assertThat(streams.report().violations()).isEmpty();
    streams
        .report()
        .operations()
        .values()
        .forEach(calls -> failedCalls += calls.errors().values().stream().mapToLong(n -> n).sum());
  }

  /** What must not pass the bound by more than a page. */
  private static void checkMemory(ReaderRun reader, SourceConfig config, FaultyClient client) {
    long bound = Math.max(config.maxBytes(), MemoryBudget.guess(-1));
    assertThat(reader.memory.taken()).isBetween(0L, bound + client.largestPage);
  }

  private static void script(Random random, ScriptedStreams streams, FaultyClient client) {
    for (FaultKind kind : FAULTS) {
      if (random.nextInt(3) == 0) {
        streams
            .faults()
            .failSometimes(
                Operation.GET_RECORDS, null, kind, random.nextDouble() * 0.3, random.nextLong());
      }
      if (random.nextInt(4) == 0
          && kind != FaultKind.EXPIRED_ITERATOR
          && kind != FaultKind.EMPTY_PAGE
          && kind != FaultKind.GARBAGE) {
        streams
            .faults()
            .failSometimes(
                Operation.GET_SHARD_ITERATOR,
                null,
                kind,
                random.nextDouble() * 0.3,
                random.nextLong());
      }
    }
    client.notFound(random.nextBoolean() ? 0 : random.nextDouble() * 0.1);
  }

  /** Traffic in bursts, before and while it is read; in the end every shard is closed. */
  private static void write(
      Random random, VirtualTime time, StreamedTable table, Map<String, List<String>> written) {
    int[] item = {0};
    for (String shard : written.keySet()) {
      long at = NOW;
      int bursts = random.nextInt(8);
      for (int burst = 0; burst < bursts; burst++) {
        at += random.nextInt(3) == 0 ? 0 : random.nextInt(4_000);
        int count = 1 + random.nextInt(20);
        int bytes = random.nextInt(random.nextInt(4) == 0 ? 5_000 : 50);
        time.at(
            at,
            () -> {
              for (int i = 0; i < count; i++) {
                written
                    .get(shard)
                    .add(table.put(Map.of("id", "i" + item[0]++, "p", "x".repeat(bytes)), shard));
              }
            });
      }
      time.at(at + random.nextInt(6_000), () -> table.close(shard));
    }
    if (random.nextBoolean()) {
      time.passTo(NOW + random.nextInt(6_000)); // some of it is there already
    }
  }
}
