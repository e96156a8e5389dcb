package io.decisionstore.dynamodb.sink.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.capacity.CapacityState.Mode;
import io.decisionstore.dynamodb.sink.capacity.SimulatedTable.Counts;
import io.decisionstore.dynamodb.sink.config.Capacity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two writers and a table with a capacity, offered more than it takes; in virtual time. */
class ProvisionedTableTest {
  private static final Capacity AUTO = Capacity.auto(Capacity.DEFAULT_SHARE);

  @ParameterizedTest(name = "{0} units, batches of {1}, seed {2}")
  @CsvSource({
    "5,25,1",
    "5,1,2",
    "50,25,3",
    "200,25,4",
    "200,1,5",
    "1000,25,6",
    "1000,25,7",
    "1000,1,8",
    "5000,25,9",
    "5000,1,10"
  })
  void twiceTheCapacityIsOfferedAllIsUsedAndNothingRefused(double units, int batch, long seed) {
    Simulation simulation = new Simulation(seed, units, batch, 2, AUTO);
    simulation.process(2);
    simulation.load(units, units);
    // A first second of a table that is smaller than a partition is found by its refusals.
    assertThat(simulation.pass(2).refusedShare()).isLessThan(0.02);
    Counts counts = simulation.pass(60);
    assertThat(counts.takenPerSecond()).isBetween(units * 0.97, units * 1.0);
    assertThat(counts.refused()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void thePaceIsEven(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 2, AUTO);
    simulation.process(2);
    simulation.load(1000, 1000);
    simulation.pass(5);
    for (int i = 0; i < 240; i++) {
      assertThat(simulation.pass(0.25).taken()).isBetween(980 * 0.25 - 55, 980 * 0.25 + 55);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void itemsCostWhatTheTableSays(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 2, AUTO);
    simulation.table.price(3.5);
    simulation.process(2);
    simulation.load(1000, 1000);
    simulation.pass(5);
    Counts counts = simulation.pass(60);
    assertThat(counts.takenPerSecond()).isBetween(970.0, 1000.0);
    assertThat(counts.refused()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theScarcestIndexRules(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 2, AUTO);
    simulation.table.index(300, 2);
    simulation.process(2);
    simulation.load(1000, 1000);
    simulation.pass(5);
    Counts counts = simulation.pass(60);
    assertThat(counts.index() * 1000 / counts.time()).isBetween(291.0, 300.0);
    assertThat(counts.refusedShare()).isLessThan(0.001);
    assertThat(simulation.writers.get(0).share.state().ceiling()).isBetween(146.0, 148.0);
  }

  @ParameterizedTest(name = "batches of {0}, seed {1}")
  @CsvSource({"25,1", "25,2", "25,3", "1,4", "1,5"})
  void aRaiseIsUsedWithinTenSecondsAndAnotherEndsItSoon(int batch, long seed) {
    Simulation simulation = new Simulation(seed, 250, batch, 2, AUTO);
    simulation.process(2);
    simulation.load(2000, 2000);
    simulation.pass(60);
    simulation.table.capacity(1000);
    simulation.pass(8);
    Counts raised = simulation.pass(30);
    assertThat(raised.takenPerSecond()).isBetween(960.0, 1000.0);
    assertThat(raised.refused()).isZero();

    simulation.table.capacity(250);
    Counts storm = simulation.pass(3);
    assertThat(storm.refused()).as("within 3 s").isLessThan(1_000);
    Counts lowered = simulation.pass(30);
    assertThat(lowered.takenPerSecond()).isBetween(250 * 0.95, 250.0);
    assertThat(lowered.refusedShare()).isLessThan(0.01);
  }

  @ParameterizedTest(name = "batches of {0}, seed {1}")
  @CsvSource({"25,1", "25,2", "25,3", "1,4", "1,5"})
  void withoutPermissionToAskTheCapacityIsFound(int batch, long seed) {
    Simulation simulation = new Simulation(seed, 250, batch, 2, AUTO);
    simulation.table.forbidden = true;
    simulation.process(2);
    simulation.load(2000, 2000);
    simulation.pass(5);
    Counts found = simulation.pass(120);
    assertThat(found.takenPerSecond()).isGreaterThan(250 * 0.97);
    assertThat(found.refusedShare()).isLessThan(0.02);

    simulation.table.capacity(1000);
    simulation.pass(12);
    Counts raised = simulation.pass(120);
    assertThat(raised.takenPerSecond()).isGreaterThan(1000 * 0.97);
    assertThat(raised.refusedShare()).isLessThan(0.02);

    simulation.table.capacity(250);
    simulation.pass(3);
    Counts lowered = simulation.pass(120);
    assertThat(lowered.takenPerSecond()).isGreaterThan(250 * 0.97);
    assertThat(lowered.refusedShare()).isLessThan(0.02);
    assertThat(simulation.table.describes).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anotherModeIsFollowed(long seed) {
    Simulation simulation = new Simulation(seed, 500, 25, 2, AUTO);
    simulation.process(2);
    simulation.load(2000, 2000);
    simulation.pass(60);
    simulation.table.provisioned = false;
    simulation.table.tellsMaximum = false;
    simulation.table.capacity(10_000);
    simulation.pass(7);
    assertThat(simulation.writers.get(0).share.state().mode()).isEqualTo(Mode.ON_DEMAND);
    assertThat(simulation.pass(10).takenPerSecond()).isGreaterThan(3900);

    simulation.table.provisioned = true;
    simulation.table.capacity(500);
    simulation.pass(7);
    assertThat(simulation.writers.get(0).share.state().mode()).isEqualTo(Mode.PROVISIONED);
    Counts back = simulation.pass(30);
    assertThat(back.takenPerSecond()).isBetween(485.0, 500.0);
    assertThat(back.refused()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aFixedCapacityIsKeptWhateverTheTableSays(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 4, Capacity.fixed(500));
    simulation.process(2);
    simulation.load(1000, 1000);
    simulation.pass(5);
    assertThat(simulation.pass(60).takenPerSecond())
        .as("half of the subtasks")
        .isBetween(248.0, 252.0);
    simulation.process(2);
    simulation.load(1000, 1000, 1000, 1000);
    simulation.pass(5);
    assertThat(simulation.pass(60).takenPerSecond()).as("all").isBetween(496.0, 504.0);
    assertThat(simulation.table.describes).isZero();
  }
}
