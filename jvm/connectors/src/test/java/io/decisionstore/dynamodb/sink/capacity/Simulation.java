package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.capacity.SimulatedTable.Counts;
import io.decisionstore.dynamodb.sink.capacity.SimulatedTable.Item;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.Limits;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** A table, processes and their writers in virtual time: the same seed gives the same run. */
final class Simulation {
  final Random random;
  final VirtualTime time;
  final SimulatedTable table;
  final List<SimulatedWriter> writers = new ArrayList<>();
  private final SinkConfig config;
  private final int batch;
  private final int subtasks;
  Supplier<Item> items;

  Simulation(long seed, double units, int batch, int subtasks, Capacity capacity) {
    random = new Random(seed);
    time = new VirtualTime(random);
    table = new SimulatedTable(time, random, units);
    items = () -> new Item(1, random.nextInt(10_000));
    this.batch = batch;
    this.subtasks = subtasks;
    this.config = config(batch, capacity);
  }

  static SinkConfig config(int batch, Capacity capacity) {
    return new SinkConfig(
        "t",
        "r",
        null,
        List.of(new SinkField("id", "id", Scalar.STRING, SinkField.Role.PARTITION_KEY)),
        WriteMode.put(),
        RowRules.DEFAULT,
        capacity,
        new Limits(50, batch, 5, 10_000, 64L << 20),
        false);
  }

  /** A process with so many writers. */
  TableBudget process(int count) {
    TableBudget budget = new TableBudget(config, random);
    for (int i = 0; i < count; i++) {
      join(budget);
    }
    return budget;
  }

  SimulatedWriter join(TableBudget budget) {
    WriterShare share = budget.join(config, subtasks, unused -> {});
    SimulatedWriter writer =
        new SimulatedWriter(time, random, table, share, batch, () -> items.get());
    writers.add(writer);
    return writer;
  }

  Simulation load(double... perSecond) {
    for (int i = 0; i < perSecond.length; i++) {
      writers.get(i).load(perSecond[i]);
    }
    return this;
  }

  /** What happened in the next seconds. */
  Counts pass(double seconds) {
    Counts before = table.counts();
    time.pass(seconds * 1000);
    return table.counts().since(before);
  }
}
