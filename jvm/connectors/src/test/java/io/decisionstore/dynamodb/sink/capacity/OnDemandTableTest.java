package io.decisionstore.dynamodb.sink.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.capacity.SimulatedTable.Counts;
import io.decisionstore.dynamodb.sink.config.Capacity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that says no capacity is written as fast as it goes. */
class OnDemandTableTest {
  private static Simulation onDemand(long seed, double units, int batch) {
    Simulation simulation =
        new Simulation(seed, units, batch, 2, Capacity.auto(Capacity.DEFAULT_SHARE));
    simulation.table.provisioned = false;
    simulation.table.tellsMaximum = false;
    return simulation;
  }

  @ParameterizedTest(name = "batches of {0}, seed {1}")
  @CsvSource({"1,1", "1,2", "25,3"})
  void allAllowedRequestsAreOpenAndNothingIsHeldBack(int batch, long seed) {
    Simulation simulation = onDemand(seed, 1e9, batch);
    simulation.table.warm(1e6);
    simulation.process(2);
    simulation.load(1e6, 1e6);
    simulation.pass(1);
    Counts counts = simulation.pass(20);
    // Two writers of 50 requests, 6 ms each at the mean; the buffer is filled each 10 ms.
    double possible = batch == 1 ? 2 * 50 / 0.006 : 2 * 1_000 / 0.010;
    assertThat(counts.takenPerSecond()).isGreaterThan(possible * 0.97);
    assertThat(simulation.writers.get(0).share.unitsPerSecond()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void moreThanTheTableIsWarmForIsAskedStepByStep(long seed) {
    Simulation simulation = onDemand(seed, 1e9, 25);
    simulation.process(2);
    simulation.load(1e5, 1e5);
    double before = simulation.pass(1).takenPerSecond();
    assertThat(before).isBetween(3_800.0, 5_500.0);
    for (int i = 0; i < 4; i++) {
      double now = simulation.pass(1).takenPerSecond();
      assertThat(now).isBetween(before * 1.8, before * 2.2);
      before = now;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aColdTableRefusesLittleAndItsGrowthIsFound(long seed) {
    Simulation simulation = onDemand(seed, 4_000, 25);
    simulation.process(2);
    simulation.load(1e5, 1e5);
    Counts cold = simulation.pass(60);
    assertThat(cold.takenPerSecond()).isGreaterThan(4_000 * 0.97);
    assertThat(cold.refusedShare()).isLessThan(0.02);
    simulation.table.capacity(8_000);
    simulation.pass(15);
    Counts grown = simulation.pass(60);
    assertThat(grown.takenPerSecond()).isGreaterThan(8_000 * 0.97);
    assertThat(grown.refusedShare()).isLessThan(0.02);
    assertThat(simulation.table.describes).as("in 135 s").isLessThan(40);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aMaximumIsACeiling(long seed) {
    Simulation simulation = onDemand(seed, 2_000, 25);
    simulation.table.tellsMaximum = true;
    simulation.process(2);
    simulation.load(1e5, 1e5);
    simulation.pass(2);
    Counts counts = simulation.pass(60);
    assertThat(counts.takenPerSecond()).isBetween(2_000 * 0.97, 2_000.0);
    assertThat(counts.refused()).isZero();
  }
}
