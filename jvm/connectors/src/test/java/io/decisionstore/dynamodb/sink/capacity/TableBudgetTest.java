package io.decisionstore.dynamodb.sink.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.capacity.CapacityShare.Permit;
import io.decisionstore.dynamodb.sink.capacity.CapacityState.Mode;
import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import io.decisionstore.dynamodb.sink.client.TableClient.Consumed;
import io.decisionstore.dynamodb.sink.client.TableDescription;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What writers of one process see of each other. */
class TableBudgetTest {
  private static final long NOW = 1_000_000;
  private final java.util.ArrayList<WriterShare> joined = new java.util.ArrayList<>();

  private WriterShare join(Capacity capacity, int subtasks) {
    return join(Simulation.config(25, capacity), subtasks);
  }

  private WriterShare join(SinkConfig config, int subtasks) {
    WriterShare share = (WriterShare) TableBudget.join(config, subtasks, new Random(1));
    joined.add(share);
    return share;
  }

  @AfterEach
  void leave() {
    joined.forEach(CapacityShare::leave);
  }

  private static TableDescription provisioned(double units) {
    return new TableDescription("ACTIVE", List.of(), true, units, 0, Map.of());
  }

  @Test
  void writersOfATableShareWhatOneOfThemWasTold() {
    WriterShare first = join(Capacity.auto(0.98), 2);
    WriterShare second = join(Capacity.auto(0.98), 2);
    assertThat(first.state().mode()).isEqualTo(Mode.UNKNOWN);
    first.described(NOW, provisioned(1000));
    assertThat(second.state()).isEqualTo(new CapacityState(Mode.PROVISIONED, 980, 980, false, 0));
  }

  @Test
  void theLowestTargetShareRules() {
    WriterShare first = join(Capacity.auto(0.98), 2);
    join(Capacity.auto(0.5), 2);
    first.described(NOW, provisioned(1000));
    assertThat(first.unitsPerSecond()).isEqualTo(500);
  }

  @Test
  void whenAllHaveLeftNothingIsRemembered() {
    WriterShare first = join(Capacity.auto(0.98), 1);
    first.described(NOW, provisioned(1000));
    first.leave();
    first.leave();
    assertThat(join(Capacity.auto(0.98), 1).state().mode()).isEqualTo(Mode.UNKNOWN);
  }

  @Test
  void aWriterThatStaysKeepsWhatIsKnown() {
    WriterShare first = join(Capacity.auto(0.98), 2);
    WriterShare second = join(Capacity.auto(0.98), 2);
    first.described(NOW, provisioned(1000));
    first.leave();
    assertThat(second.state().ceiling()).isEqualTo(980);
    assertThat(second.unitsPerSecond()).as("its part, to begin with").isEqualTo(490);
  }

  @Test
  void oneWriterAsksAndAnotherIfNoAnswerComes() {
    WriterShare first = join(Capacity.auto(0.98), 2);
    WriterShare second = join(Capacity.auto(0.98), 2);
    assertThat(first.isToDescribe(NOW)).isTrue();
    assertThat(second.isToDescribe(NOW)).isFalse();
    assertThat(second.isToDescribe(NOW + 14_999)).isFalse();
    assertThat(second.isToDescribe(NOW + 15_000)).isTrue();
    second.described(NOW + 15_010, provisioned(1000));
    assertThat(first.isToDescribe(NOW + 15_000 + 47_000)).as("nobody waits").isFalse();
    assertThat(first.isToDescribe(NOW + 15_000 + 60_000)).isTrue();
  }

  @Test
  void anotherAsksWhenTheOneThatWasToAskLeaves() {
    WriterShare first = join(Capacity.auto(0.98), 2);
    WriterShare second = join(Capacity.auto(0.98), 2);
    assertThat(first.isToDescribe(NOW)).isTrue();
    first.leave();
    assertThat(second.isToDescribe(NOW + 1)).isTrue();
  }

  @Test
  void aHeldBackWriterAsksOftenAndAForbiddenOneHardlyEver() {
    WriterShare share = join(Capacity.auto(0.98), 1);
    assertThat(share.isToDescribe(NOW)).isTrue();
    share.described(NOW, provisioned(10));
    share.take(NOW, 25);
    assertThat(share.delay(NOW + 4_900)).isZero();
    share.take(NOW + 4_900, 25);
    assertThat(share.delay(NOW + 4_900)).isPositive();
    assertThat(share.isToDescribe(NOW + 5_000)).isTrue();
    share.notDescribed(NOW + 5_000, true);
    assertThat(share.isToDescribe(NOW + 500_000)).isFalse();
    assertThat(share.isToDescribe(NOW + 700_000)).isTrue();
  }

  @Test
  void aFixedCapacityIsNeverAskedFor() {
    WriterShare share = join(Capacity.fixed(100), 4);
    assertThat(share.isToDescribe(NOW)).isFalse();
    assertThat(share.unitsPerSecond()).as("of one subtask of four").isEqualTo(25);
    share.described(NOW, provisioned(1000)); // asked for its key, say
    assertThat(share.state()).isEqualTo(new CapacityState(Mode.FIXED, 100, 25, false, 0));
  }

  @Test
  void refusedContentCostsNeitherCapacityNorRequests() {
    WriterShare share = join(Capacity.fixed(100), 1);
    int allowed = share.requestsAllowed();
    for (int i = 0; i < 50; i++) {
      share.rejected(share.take(NOW + 1_000 * i, 400), NOW + 1_000 * i + 5);
    }
    assertThat(share.requestsAllowed()).isEqualTo(allowed);
    assertThat(share.delay(NOW + 50_000)).isZero();
  }

  @Test
  void aRequestIsAnsweredOnce() {
    WriterShare share = join(Capacity.fixed(100), 1);
    Permit permit = share.take(NOW, 100);
    assertThat(share.delay(NOW)).isEqualTo(100);
    share.answered(permit, NOW, 1, new Consumed(0, Map.of()), 100, 0);
    assertThat(share.delay(NOW)).as("it cost nothing").isZero();
    share.take(NOW, 100);
    long delay = share.delay(NOW);
    share.answered(permit, NOW, 1, new Consumed(0, Map.of()), 100, 0);
    share.throttled(permit, NOW, Kind.THROTTLED, 100);
    share.failed(permit, NOW);
    assertThat(share.delay(NOW)).isEqualTo(delay);
  }

  @Test
  void aSlowTableIsSentSmallRequestsAndHasFewItemsWaiting() {
    WriterShare share = join(Capacity.auto(1), 1);
    share.described(NOW, provisioned(10));
    assertThat(share.unitsPerRequest()).isEqualTo(5);
    assertThat(share.itemsToHold()).as("two batches").isEqualTo(50);
    share.described(NOW, provisioned(1_000_000));
    assertThat(share.unitsPerRequest()).isGreaterThan(1_000);
    assertThat(share.itemsToHold()).isEqualTo(2 * share.requestsAllowed() * 25);
  }

  @Test
  void aClockThatGoesBackGivesNothing() {
    WriterShare share = join(Capacity.fixed(1000), 1);
    share.take(NOW, 100);
    assertThat(share.delay(NOW)).isEqualTo(100);
    assertThat(share.delay(NOW - 10_000)).isEqualTo(100);
    assertThat(share.delay(NOW + 50)).isEqualTo(50);
  }

  @Test
  void writersOfManyThreadsTakeNoMoreThanThereIs() throws Exception {
    int threads = 8;
    double perSecond = 100_000;
    SinkConfig config = Simulation.config(25, Capacity.fixed(perSecond));
    ExecutorService pool = Executors.newFixedThreadPool(threads + 1);
    try {
      long start = System.currentTimeMillis();
      List<WriterShare> shares = new java.util.ArrayList<>();
      for (int i = 0; i < threads; i++) {
        shares.add(join(config, threads));
      }
      List<Callable<Long>> writers =
          shares.stream().map(share -> (Callable<Long>) () -> write(share, start + 700)).toList();
      Future<Boolean> reader =
          pool.submit(
              () -> {
                while (System.currentTimeMillis() < start + 700) {
                  assertThat(shares.get(0).state().unitsPerSecond()).isBetween(1L, 100_000L);
                }
                return true;
              });
      long taken = 0;
      for (Future<Long> writer : pool.invokeAll(writers)) {
        assertThat(writer.get()).as("every writer had its turn").isPositive();
        taken += writer.get();
      }
      long elapsed = System.currentTimeMillis() - start;
      assertThat((double) taken).isLessThan(perSecond * (elapsed + 200) / 1000 + threads * 25.0);
      assertThat(reader.get()).isTrue();
    } finally {
      pool.shutdownNow();
      assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static long write(CapacityShare share, long until) throws InterruptedException {
    long taken = 0;
    long now = System.currentTimeMillis();
    while (now < until || taken == 0) {
      long delay = share.delay(now);
      if (delay > 0) {
        Thread.sleep(delay);
      } else {
        Permit permit = share.take(now, 25);
        taken += 25;
        share.answered(permit, now, 5_000_000, new Consumed(25, Map.of()), 25, 0);
      }
      now = System.currentTimeMillis();
    }
    return taken;
  }
}
