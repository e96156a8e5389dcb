package io.decisionstore.dynamodb.sink.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.capacity.SimulatedTable.Counts;
import io.decisionstore.dynamodb.sink.capacity.SimulatedTable.Item;
import io.decisionstore.dynamodb.sink.config.Capacity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refusals that going slower does not end. */
class RefusalsTest {
  private static final Capacity AUTO = Capacity.auto(Capacity.DEFAULT_SHARE);

  @ParameterizedTest(name = "{0} of the items, batches of {1}, seed {2}")
  @CsvSource({"0.03,25,1", "0.1,25,2", "0.1,25,3", "0.1,1,4", "0.2,25,5", "0.3,1,6"})
  void aFaultyTableIsWrittenAtItsCapacityAllTheSame(double share, int batch, long seed) {
    Simulation simulation = new Simulation(seed, 1000, batch, 2, AUTO);
    simulation.process(2);
    simulation.load(2000, 2000);
    simulation.pass(10);
    simulation.table.faulty(share);
    Counts counts = simulation.pass(300);
    assertThat(counts.takenPerSecond()).isGreaterThan(1000 * 0.93);
    assertThat(counts.refusedShare()).isBetween(share * 0.9, share * 1.1);
  }

  @ParameterizedTest(name = "{0} of the items, batches of {1}, seed {2}")
  @CsvSource({"0.03,25,1", "0.1,25,2", "0.1,25,3", "0.1,1,4", "0.1,1,5", "0.3,1,6"})
  void aFaultyTableWithoutACeilingIsWrittenAsFastAsItGoes(double share, int batch, long seed) {
    Simulation simulation = new Simulation(seed, 1e9, batch, 2, AUTO);
    simulation.table.provisioned = false;
    simulation.table.tellsMaximum = false;
    simulation.process(2);
    simulation.load(8_000, 8_000);
    simulation.pass(10);
    double sound = simulation.pass(20).takenPerSecond();
    simulation.table.faulty(share);
    Counts counts = simulation.pass(90);
    double possible = batch == 1 ? Math.min(sound, 2 * 50 / 0.006 * (1 - share)) : sound;
    assertThat(counts.takenPerSecond()).isGreaterThan(possible * 0.93);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void twoProcessesBearAFaultToo(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 2, AUTO);
    simulation.process(1);
    simulation.process(1);
    simulation.load(2000, 2000);
    simulation.pass(10);
    simulation.table.faulty(0.1);
    assertThat(simulation.pass(300).takenPerSecond()).isGreaterThan(1000 * 0.85);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aFaultThatIsOverIsBorneNoLonger(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 2, AUTO);
    simulation.process(2);
    simulation.load(2000, 2000);
    simulation.table.faulty(0.3);
    simulation.pass(30);
    assertThat(simulation.writers.get(0).share.state().toleratedShare()).isBetween(0.25, 0.35);
    simulation.table.faulty(0);
    simulation.pass(2);
    Counts counts = simulation.pass(20);
    assertThat(counts.takenPerSecond()).isBetween(970.0, 1000.0);
    assertThat(counts.refused()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void afterAFaultTheCapacityStillRules(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 2, AUTO);
    simulation.process(2);
    simulation.load(2000, 2000);
    simulation.table.faulty(0.1);
    simulation.pass(30);
    simulation.table.faulty(0);
    simulation.table.capacity(500);
    simulation.pass(5);
    Counts counts = simulation.pass(60);
    assertThat(counts.takenPerSecond()).isBetween(485.0, 500.0);
    assertThat(counts.refusedShare()).isLessThan(0.001);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aHotPartitionDoesNotSlowTheTable(long seed) {
    Simulation simulation = new Simulation(seed, 1e6, 1, 2, AUTO);
    simulation.table.provisioned = false;
    simulation.table.tellsMaximum = false;
    simulation.table.warm(40_000);
    simulation.table.partitions(100, 300);
    // 500 of 10,000 a second are for a partition that takes 300.
    simulation.items =
        () ->
            new Item(
                1, simulation.random.nextInt(20) == 0 ? 0 : 1 + simulation.random.nextInt(1000));
    simulation.process(2);
    simulation.load(5_000, 5_000);
    for (int i = 0; i < 3; i++) {
      simulation.pass(1);
      assertThat(simulation.writers.get(0).share.unitsPerSecond()).isIn(-1L, 40_000L);
      assertThat(simulation.writers.get(0).share.requestsAllowed()).isGreaterThan(10);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void allPartitionsThatRefuseAreATableThatDoes(long seed) {
    Simulation simulation = new Simulation(seed, 1e6, 1, 2, AUTO);
    simulation.table.provisioned = false;
    simulation.table.tellsMaximum = false;
    simulation.table.warm(40_000);
    simulation.table.partitions(4, 1_000);
    simulation.items = () -> new Item(1, simulation.random.nextInt(10_000)); // a new table has four
    simulation.process(2);
    simulation.load(10_000, 10_000);
    simulation.pass(5);
    assertThat(simulation.writers.get(0).share.unitsPerSecond()).isBetween(500L, 6_000L);
  }
}
