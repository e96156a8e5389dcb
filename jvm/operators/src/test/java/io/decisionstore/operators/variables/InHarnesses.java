package io.decisionstore.operators.variables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decisionstore.operators.kafka.KafkaRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.StateBackendLoader;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.Row;
import org.slf4j.LoggerFactory;

/** A {@link Job} of the operators, one after the other, each in as many subtasks as wanted. */
final class InHarnesses implements Job {
  private static final int MAX_PARALLELISM = 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The state of the operators. */
  record Savepoint(OperatorSubtaskState decisions, OperatorSubtaskState entities) {}

  private record Subtasks<I, O>(
      List<KeyedOneInputStreamOperatorTestHarness<String, I, O>> harnesses,
      KeySelector<I, String> key) {

    void process(I element) throws Exception {
      int subtask =
          KeyGroupRangeAssignment.assignKeyToParallelOperator(
              key.getKey(element), MAX_PARALLELISM, harnesses.size());
      harnesses.get(subtask).processElement(element, 0);
    }

    List<O> drain() {
      List<O> all = new ArrayList<>();
      for (var harness : harnesses) {
        all.addAll(harness.extractOutputValues());
        harness.getOutput().clear();
      }
      return all;
    }

    void close() throws Exception {
      for (var harness : harnesses) {
        harness.close();
      }
    }

    OperatorSubtaskState snapshot(long checkpoint) throws Exception {
      OperatorSubtaskState[] states = new OperatorSubtaskState[harnesses.size()];
      for (int at = 0; at < states.length; at++) {
        states[at] =
            harnesses
                .get(at)
                .snapshotWithLocalState(
                    checkpoint, 0, SavepointType.savepoint(SavepointFormatType.CANONICAL))
                .getJobManagerOwnedState();
      }
      return AbstractStreamOperatorTestHarness.repackageState(states);
    }
  }

  private final String backend;
  private final int parallelism;
  private final Map<String, Map<String, JsonNode>> table = new TreeMap<>();
  private OneInputStreamOperatorTestHarness<Row, DecisionContributions> contributions;
  private Subtasks<DecisionContributions, EntityChange> decisions;
  private Subtasks<EntityChange, Row> entities;
  private long now;
  private int written;
  private long checkpoints;

  /**
   * A job without state.
   *
   * @param backend {@code hashmap} or {@code rocksdb}
   */
  InHarnesses(String plan, String backend, int parallelism) throws Exception {
    this(plan, backend, parallelism, null);
  }

  InHarnesses(String plan, String backend, int parallelism, Savepoint savepoint) throws Exception {
    this.backend = backend;
    this.parallelism = parallelism;
    start(plan, savepoint);
  }

  private void start(String plan, Savepoint savepoint) throws Exception {
    contributions =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new ContributionsFunction(plan)));
    contributions.setup(serializer(DecisionContributions.TYPE, contributions));
    contributions.open();
    decisions =
        subtasks(
            () -> new DecisionsFunction(plan),
            DecisionContributions::decisionId,
            EntityChange.TYPE,
            savepoint == null ? null : savepoint.decisions);
    entities =
        subtasks(
            () -> new EntitiesFunction(plan),
            EntityChange::key,
            Item.ROW,
            savepoint == null ? null : savepoint.entities);
  }

  private interface Function<I, O> {
    KeyedProcessFunction<String, I, O> create();
  }

  private <I, O> Subtasks<I, O> subtasks(
      Function<I, O> function,
      KeySelector<I, String> key,
      TypeInformation<O> out,
      OperatorSubtaskState state)
      throws Exception {
    List<KeyedOneInputStreamOperatorTestHarness<String, I, O>> harnesses = new ArrayList<>();
    for (int subtask = 0; subtask < parallelism; subtask++) {
      var harness =
          new KeyedOneInputStreamOperatorTestHarness<String, I, O>(
              new KeyedProcessOperator<>(function.create()),
              key,
              StateKey.TYPE,
              MAX_PARALLELISM,
              parallelism,
              subtask);
      harness.setStateBackend(backend());
      harness.setup(serializer(out, harness));
      harness.setProcessingTime(now);
      harness.setStateTtlProcessingTime(now);
      if (state != null) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, MAX_PARALLELISM, parallelism, parallelism, subtask));
      }
      harness.open();
      harnesses.add(harness);
    }
    return new Subtasks<>(harnesses, key);
  }

  private StateBackend backend() throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("state.backend.type", backend);
    return StateBackendLoader.loadStateBackendFromConfig(
        configuration,
        InHarnesses.class.getClassLoader(),
        LoggerFactory.getLogger(InHarnesses.class));
  }

  private static <T> org.apache.flink.api.common.typeutils.TypeSerializer<T> serializer(
      TypeInformation<T> type, AbstractStreamOperatorTestHarness<T> harness) {
    return type.createSerializer(harness.getExecutionConfig().getSerializerConfig());
  }

  @Override
  public void at(long time) throws Exception {
    now = time;
    for (var harness : decisions.harnesses) {
      harness.setProcessingTime(time);
      harness.setStateTtlProcessingTime(time);
    }
    for (var harness : entities.harnesses) {
      harness.setProcessingTime(time);
    }
    take();
  }

  @Override
  public void arrives(byte[] value) throws Exception {
    contributions.processElement(Row.of(null, value, 0L, "decision-events", 1, 42L), 0);
    for (DecisionContributions revision : contributions.extractOutputValues()) {
      decisions.process(revision);
    }
    contributions.getOutput().clear();
    for (EntityChange change : decisions.drain()) {
      entities.process(change);
    }
    take();
  }

  /** The dead letters so far, as values for Kafka. */
  List<byte[]> deadLetters() {
    var letters = contributions.getSideOutput(io.decisionstore.operators.deadletter.DeadLetter.TAG);
    return letters == null
        ? List.of()
        : letters.stream()
            .map(letter -> (byte[]) letter.getValue().getField(KafkaRows.VALUE))
            .toList();
  }

  private void take() throws Exception {
    for (Row row : entities.drain()) {
      written++;
      JsonNode item = JSON.readTree((String) row.getField("item"));
      String entity = (String) row.getField("entity");
      String useCase = (String) row.getField("use_case");
      JsonNode before = table.computeIfAbsent(useCase, name -> new TreeMap<>()).put(entity, item);
      if (before != null && version(before) >= (Long) row.getField("version")) {
        throw new AssertionError("The table would refuse version " + row.getField("version"));
      }
    }
  }

  private static long version(JsonNode item) {
    return item.at("/version/N").asLong();
  }

  Savepoint savepoint() throws Exception {
    checkpoints++;
    return new Savepoint(decisions.snapshot(checkpoints), entities.snapshot(checkpoints));
  }

  @Override
  public void restart(String plan) throws Exception {
    Savepoint savepoint = savepoint();
    close();
    start(plan, savepoint);
  }

  @Override
  public Map<String, Map<String, JsonNode>> table() {
    return table;
  }

  @Override
  public int written() {
    int number = written;
    written = 0;
    return number;
  }

  @Override
  public int entities() {
    return count("entity");
  }

  @Override
  public int overflowEntries() {
    return count("overflow");
  }

  private int count(String state) {
    int number = 0;
    for (var harness : entities.harnesses) {
      var backend =
          ((AbstractStreamOperator<?>) harness.getOneInputOperator()).getKeyedStateBackend();
      number += (int) backend.getKeys(state, VoidNamespace.INSTANCE).count();
    }
    return number;
  }

  /** How many timers are pending. */
  int timers() {
    return entities.harnesses.stream()
        .mapToInt(AbstractStreamOperatorTestHarness::numProcessingTimeTimers)
        .sum();
  }

  @Override
  public void close() throws Exception {
    contributions.close();
    decisions.close();
    entities.close();
  }
}
