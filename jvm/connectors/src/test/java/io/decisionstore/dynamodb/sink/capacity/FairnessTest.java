package io.decisionstore.dynamodb.sink.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.capacity.SimulatedTable.Counts;
import io.decisionstore.dynamodb.sink.config.Capacity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writers share a table: in one process, and across processes that know nothing of each other. */
class FairnessTest {
  private static final Capacity AUTO = Capacity.auto(Capacity.DEFAULT_SHARE);

  private static double[] takenPerSecond(Simulation simulation, double seconds) {
    double[] before = simulation.writers.stream().mapToDouble(writer -> writer.taken).toArray();
    simulation.pass(seconds);
    double[] taken = new double[before.length];
    for (int i = 0; i < taken.length; i++) {
      taken[i] = (simulation.writers.get(i).taken - before[i]) / seconds;
    }
    return taken;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void oneWriterTakesWhatTheOthersLeave(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 2, AUTO);
    simulation.process(2);
    simulation.load(1800, 200);
    simulation.pass(5);
    double[] skewed = takenPerSecond(simulation, 60);
    assertThat(skewed[0]).isBetween(770.0, 790.0);
    assertThat(skewed[1]).isBetween(198.0, 202.0);

    simulation.load(1800, 1800);
    simulation.pass(0.1);
    double[] woken = takenPerSecond(simulation, 1);
    assertThat(woken[1]).as("has its half at once").isBetween(440.0, 560.0);
    double[] even = takenPerSecond(simulation, 60);
    assertThat(even[0]).isBetween(483.0, 497.0);
    assertThat(even[1]).isBetween(483.0, 497.0);

    simulation.writers.get(1).close();
    simulation.pass(1);
    assertThat(takenPerSecond(simulation, 60)[0]).as("alone").isBetween(480.0, 1000.0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void eightWritersOfDifferentLoads(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 8, AUTO);
    simulation.process(8);
    simulation.load(20, 40, 60, 80, 1000, 1000, 1000, 1000);
    simulation.pass(5);
    double[] taken = takenPerSecond(simulation, 60);
    for (int i = 0; i < 4; i++) {
      assertThat(taken[i]).isBetween((i + 1) * 20 * 0.98, (i + 1) * 20 * 1.02);
      assertThat(taken[4 + i]).isBetween(195 * 0.97, 195 * 1.03);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aProcessTakesWhatAnotherLeavesAndGivesItBack(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 2, AUTO);
    simulation.process(1);
    simulation.process(1);
    simulation.load(1800, 100);
    simulation.pass(10);
    Counts skewed = simulation.pass(120);
    assertThat(skewed.takenPerSecond()).isGreaterThan(950);
    assertThat(skewed.refusedShare()).isLessThan(0.025);

    simulation.load(1800, 1800);
    simulation.pass(3);
    double[] even = takenPerSecond(simulation, 60);
    assertThat(even[1]).as("its part").isGreaterThan(440);
    assertThat(even[0]).isGreaterThan(440);
    Counts both = simulation.pass(60);
    assertThat(both.takenPerSecond()).isGreaterThan(950);
    assertThat(both.refusedShare()).isLessThan(0.025);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void fourProcesses(long seed) {
    Simulation simulation = new Simulation(seed, 1000, 25, 8, AUTO);
    for (int i = 0; i < 4; i++) {
      simulation.process(2);
    }
    simulation.load(1800, 100, 20, 20, 20, 20, 20, 20);
    simulation.pass(10);
    Counts skewed = simulation.pass(120);
    assertThat(skewed.takenPerSecond()).isGreaterThan(930);
    assertThat(skewed.refusedShare()).isLessThan(0.03);

    simulation.load(1800, 1800, 1800, 1800, 1800, 1800, 1800, 1800);
    simulation.pass(10);
    Counts all = simulation.pass(120);
    assertThat(all.takenPerSecond()).isGreaterThan(950);
    assertThat(all.refusedShare()).isLessThan(0.03);
    for (double taken : takenPerSecond(simulation, 60)) {
      assertThat(taken).isBetween(80.0, 180.0);
    }
  }
}
