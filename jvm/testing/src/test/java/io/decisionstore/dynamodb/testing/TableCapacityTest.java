package io.decisionstore.dynamodb.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Units as time fills them in; time is the test's own. */
class TableCapacityTest {
  private long now = 5_000_000_000L;

  private TableCapacity table(CapacityMode mode) {
    return new TableCapacity(mode, 1, 0, new double[0], now);
  }

  private void pass(double seconds) {
    now += Math.round(seconds * 1e9);
  }

  private int taken(TableCapacity capacity, int writes) {
    int taken = 0;
    for (int i = 0; i < writes; i++) {
      taken += capacity.take(0, 0, 1, now) == null ? 1 : 0;
    }
    return taken;
  }

  @Test
  void aSecondsUnitsAreThereAndFillContinuously() {
    TableCapacity capacity = table(CapacityMode.provisioned(100, 0));
    assertThat(taken(capacity, 1_000)).isEqualTo(100);
    assertThat(capacity.take(0, 0, 1, now)).isEqualTo(Throttle.TABLE);
    pass(0.25);
    assertThat(taken(capacity, 1_000)).isEqualTo(25);
    pass(3_600);
    assertThat(taken(capacity, 1_000)).isEqualTo(100);
  }

  @Test
  void unusedUnitsAreSavedForTheSecondsOfTheBurst() {
    TableCapacity capacity = table(CapacityMode.provisioned(10, 300));
    assertThat(taken(capacity, 10_000)).isEqualTo(3_010);
    pass(100);
    assertThat(taken(capacity, 10_000)).isEqualTo(1_000);
  }

  @Test
  void aWriteLargerThanASecondsUnitsWaitsForAllOfThemAndIsPaidOffAfterwards() {
    TableCapacity capacity = table(CapacityMode.provisioned(10, 0));
    assertThat(capacity.take(0, 0, 25, now)).isNull();
    pass(1.4);
    assertThat(capacity.take(0, 0, 1, now)).isEqualTo(Throttle.TABLE);
    pass(0.2);
    assertThat(capacity.take(0, 0, 1, now)).isNull();
    assertThat(capacity.take(0, 0, 25, now)).isEqualTo(Throttle.TABLE);
  }

  @Test
  void aFullPartitionRefusesWhileTheOthersTake() {
    TableCapacity capacity =
        new TableCapacity(CapacityMode.provisioned(100, 0), 2, 5, new double[0], now);
    for (int i = 0; i < 5; i++) {
      assertThat(capacity.take(0, 0, 1, now)).isNull();
    }
    assertThat(capacity.take(0, 0, 1, now)).isEqualTo(Throttle.PARTITION);
    assertThat(capacity.take(1, 0, 1, now)).isNull();
  }

  @Test
  void anEmptyIndexRefusesWhatTouchesItAndNothingIsTakenFromTheTable() {
    TableCapacity capacity =
        new TableCapacity(CapacityMode.provisioned(10, 0), 1, 0, new double[] {100, 2}, now);
    assertThat(capacity.take(0, 0b11, 2, now)).isNull();
    for (int i = 0; i < 20; i++) {
      assertThat(capacity.take(0, 0b11, 1, now)).isEqualTo(Throttle.INDEX);
    }
    assertThat(capacity.lackingIndex(0b11, 1)).isEqualTo(1);
    assertThat(taken(capacity, 20)).isEqualTo(8);
    capacity.set(CapacityMode.onDemand(0, 0, 0), now);
    assertThat(capacity.take(0, 0b11, 1, now)).isNull();
  }

  @Test
  void onDemandTheMaximumAndTheWarmUnitsRefuseForDifferentReasons() {
    TableCapacity capacity = table(CapacityMode.onDemand(20, 10, 1_800));
    assertThat(taken(capacity, 100)).isEqualTo(10);
    assertThat(capacity.take(0, 0, 1, now)).isEqualTo(Throttle.MAXIMUM);
    capacity.set(CapacityMode.onDemand(20, 0, 1_800), now);
    assertThat(taken(capacity, 100)).isEqualTo(10);
    assertThat(capacity.take(0, 0, 1, now)).isEqualTo(Throttle.PARTITION);
  }

  @Test
  void onDemandTheTableTakesTwiceItsPeakOnceThatIsOldEnough() {
    TableCapacity capacity = table(CapacityMode.onDemand(100, 0, 60));
    for (int second = 0; second < 20; second++) {
      assertThat(taken(capacity, 80)).isEqualTo(80);
      pass(1);
    }
    assertThat(capacity.warmUnits(now)).isEqualTo(100);
    pass(50);
    assertThat(capacity.warmUnits(now)).isEqualTo(160);
    pass(10_000);
    assertThat(capacity.warmUnits(now)).isEqualTo(160);
    taken(capacity, 1);
    pass(1);
    assertThat(taken(capacity, 1_000)).isEqualTo(160);
  }

  @Test
  void aShortRushIsNoPeak() {
    TableCapacity capacity = table(CapacityMode.onDemand(1_000, 0, 0));
    assertThat(taken(capacity, 900)).isEqualTo(900);
    pass(60);
    assertThat(capacity.warmUnits(now)).isEqualTo(1_000);
    assertThat(new DemandPeak(now).before(0, now)).isZero();
  }

  @Test
  void capacityAndModeChangeAtRunTime() {
    TableCapacity capacity = table(CapacityMode.provisioned(100, 0));
    assertThat(taken(capacity, 1_000)).isEqualTo(100);
    capacity.set(CapacityMode.provisioned(10, 0), now);
    pass(60);
    assertThat(taken(capacity, 1_000)).isEqualTo(10);
    capacity.set(CapacityMode.onDemand(0, 0, 1_800), now);
    assertThat(taken(capacity, 1_000)).isEqualTo(1_000);
    capacity.set(CapacityMode.provisioned(50, 300), now);
    assertThat(taken(capacity, 1_000)).isEqualTo(50);
    pass(10);
    assertThat(taken(capacity, 1_000)).isEqualTo(500);
  }

  @Test
  void whatIsNoCapacityIsRefused() {
    assertThatThrownBy(() -> CapacityMode.provisioned(0, 0)).hasMessageContaining("1 or more");
    assertThatThrownBy(() -> CapacityMode.onDemand(-1, 0, 0)).hasMessageContaining("0 or more");
    assertThatThrownBy(
            () -> new TableCapacity(CapacityMode.provisioned(1, 0), 0, 0, new double[0], now))
        .hasMessageContaining("1 partition");
  }

  @Test
  void latencyIsExactToItsBuckets() {
    LatencyHistogram histogram = new LatencyHistogram();
    assertThat(histogram.millis(0.5)).isZero();
    for (int i = 1; i <= 1_000_000; i++) {
      histogram.add(i);
    }
    for (double share : new double[] {0.0001, 0.5, 0.9, 0.99, 1}) {
      assertThat(histogram.millis(share)).isBetween(1_000 * share, 1_000 * share * 1.016);
    }
    histogram.add(Long.MAX_VALUE);
    assertThat(histogram.maxMillis()).isEqualTo(Long.MAX_VALUE / 1e3);
    assertThat(histogram.millis(1)).isEqualTo(Long.MAX_VALUE / 1e3);
  }
}
