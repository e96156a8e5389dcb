package io.decisionstore.dynamodb.sink.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.config.Capacity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A random walk of capacities, modes, faults, loads and writers that come and go. */
class CapacityPropertyTest {
  private static final int SUBTASKS = 4;

  /** A writer that has items has its turn within that, at whatever pace. */
  private static final double PATIENCE_SECONDS = 20;

  static long[] seeds() {
    return new Random(7).longs(10).toArray();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void nobodyStarvesAndNoMoreIsTakenThanTheTableSays(long seed) {
    Random random = new Random(seed);
    Simulation simulation =
        new Simulation(
            seed,
            50 + random.nextInt(2_000),
            random.nextBoolean() ? 25 : 1,
            SUBTASKS,
            Capacity.auto(Capacity.DEFAULT_SHARE));
    List<TableBudget> processes = new ArrayList<>();
    processes.add(simulation.process(random.nextBoolean() ? SUBTASKS : 2));
    if (simulation.writers.size() < SUBTASKS && random.nextBoolean()) {
      processes.add(simulation.process(1));
    }
    Map<SimulatedWriter, Double> hungrySince = new HashMap<>();
    Map<SimulatedWriter, Integer> sentBefore = new HashMap<>();
    for (int step = 0; step < 40; step++) {
      change(simulation, processes, random);
      for (int second = 0; second < 5; second++) {
        double ceiling = simulation.writers.get(0).share.state().ceiling();
        double taken = 0;
        boolean same = true;
        for (int part = 0; part < 10; part++) {
          taken += simulation.pass(0.5).taken();
          same &= simulation.writers.get(0).share.state().ceiling() == ceiling;
          for (SimulatedWriter writer : simulation.writers) {
            assertThat(writer.share.requestsAllowed()).isBetween(1, 50);
            assertThat(writer.open).isBetween(0, 50);
            assertThat(writer.share.itemsToHold()).isBetween(2, 2_500);
            assertThat(writer.share.unitsPerRequest()).isPositive();
          }
        }
        if (same && ceiling > 0 && processes.size() == 1) {
          assertThat(taken)
              .as("in 5 s, by a table of %s", ceiling)
              .isLessThan(5 * ceiling * 1.02 + 25 * simulation.writers.size());
        }
      }
      double now = simulation.time.exactly() / 1000;
      for (SimulatedWriter writer : simulation.writers) {
        boolean satisfied =
            writer.waiting() == 0 || writer.requests != sentBefore.getOrDefault(writer, -1);
        if (satisfied) {
          hungrySince.put(writer, now);
          sentBefore.put(writer, writer.requests);
        }
        assertThat(now - hungrySince.get(writer)).as("hungry for").isLessThan(PATIENCE_SECONDS);
      }
    }
  }

  private static void change(Simulation simulation, List<TableBudget> processes, Random random) {
    SimulatedTable table = simulation.table;
    switch (random.nextInt(7)) {
      case 0 -> table.capacity(20 + random.nextInt(3_000));
      case 1 -> table.provisioned = !table.provisioned;
      case 2 -> table.tellsMaximum = random.nextBoolean();
      case 3 -> table.faulty(random.nextInt(3) == 0 ? random.nextDouble() * 0.5 : 0);
      case 4 -> table.forbidden = random.nextInt(4) == 0;
      case 5 -> {
        if (simulation.writers.size() > 1) {
          simulation.writers.remove(simulation.writers.size() - 1).close();
        } else {
          simulation.join(processes.get(0));
        }
      }
      default -> {
        for (SimulatedWriter writer : simulation.writers) {
          writer.load(random.nextInt(3) == 0 ? 0 : random.nextInt(3_000));
        }
      }
    }
  }
}
