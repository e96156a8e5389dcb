package io.decisionstore.operators.variables;

import com.fasterxml.jackson.databind.JsonNode;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.VariablesPlan;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.Row;

/** newestRevisions and compute of every entity, one after the other, without a cluster. */
final class Chain implements AutoCloseable {
  private final VariablesPlan plan;
  private final DecisionRows rows;
  private final KeyedOneInputStreamOperatorTestHarness<String, Row, Row> newest;
  private final Map<String, OneInputStreamOperatorTestHarness<Row, Row>> contributions =
      new HashMap<>();
  private final Map<String, KeyedOneInputStreamOperatorTestHarness<String, Row, Row>> entities =
      new LinkedHashMap<>();

  /** What the table holds: by use case and entity the newest item. */
  final Map<String, Map<String, Row>> table = new HashMap<>();

  int items;

  /** The state of a chain. */
  record Snapshot(OperatorSubtaskState newest, Map<String, OperatorSubtaskState> entities) {}

  Chain(String text, Snapshot snapshot) throws Exception {
    plan = VariablesPlan.read(text);
    rows = new DecisionRows(plan);
    newest = keyed(new NewestRevisions(text), DecisionRows.DECISION_ID, rows.changeType());
    open(newest, snapshot == null ? null : snapshot.newest);
    for (VariablesPlan.Entity entity : plan.entities()) {
      String name = entity.name();
      var stateless =
          new OneInputStreamOperatorTestHarness<Row, Row>(
              new ProcessOperator<>(new Contributions(text, name)));
      stateless.setup(serializer(Contributions.CHANGE, stateless));
      stateless.open();
      contributions.put(name, stateless);
      var keyed = keyed(new EntityVariables(text, name), Contributions.ENTITY, ItemRows.of(entity));
      open(keyed, snapshot == null ? null : snapshot.entities.get(name));
      entities.put(name, keyed);
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, Row, Row> keyed(
      KeyedProcessFunction<String, Row, Row> function, int key, TypeInformation<Row> out)
      throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<String, Row, Row>(
            new KeyedProcessOperator<>(function), row -> (String) row.getField(key), Types.STRING);
    harness.setup(serializer(out, harness));
    return harness;
  }

  private static org.apache.flink.api.common.typeutils.TypeSerializer<Row> serializer(
      TypeInformation<Row> type, OneInputStreamOperatorTestHarness<Row, Row> harness) {
    return type.createSerializer(harness.getExecutionConfig().getSerializerConfig());
  }

  private static void open(
      OneInputStreamOperatorTestHarness<Row, Row> harness, OperatorSubtaskState state)
      throws Exception {
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  /** Moves the wall clock; windows run out. */
  void at(long time) throws Exception {
    newest.setProcessingTime(time);
    for (var entity : entities.values()) {
      entity.setProcessingTime(time);
      take(entity);
    }
  }

  /** A decision arrives. */
  void arrives(Row decision) throws Exception {
    newest.processElement(decision, 0);
    for (Row change : drain(newest)) {
      for (String name : entities.keySet()) {
        contributions.get(name).processElement(change, 0);
        for (Row contribution : drain(contributions.get(name))) {
          entities.get(name).processElement(contribution, 0);
        }
        take(entities.get(name));
      }
    }
  }

  private void take(OneInputStreamOperatorTestHarness<Row, Row> entity) {
    for (Row item : drain(entity)) {
      items++;
      String useCase = (String) item.getField(ItemRows.USE_CASE);
      String key = (String) item.getField(ItemRows.ENTITY);
      Row before = table.computeIfAbsent(useCase, name -> new HashMap<>()).put(key, item);
      if (before != null && version(before) >= version(item)) {
        throw new AssertionError("The table would refuse version " + version(item));
      }
    }
  }

  static long version(Row item) {
    return (Long) item.getField(ItemRows.VERSION);
  }

  private static List<Row> drain(OneInputStreamOperatorTestHarness<Row, Row> harness) {
    List<Row> rows = harness.extractOutputValues();
    harness.getOutput().clear();
    return rows;
  }

  Snapshot snapshot(long checkpoint) throws Exception {
    Map<String, OperatorSubtaskState> states = new HashMap<>();
    for (var entity : entities.entrySet()) {
      states.put(entity.getKey(), entity.getValue().snapshot(checkpoint, 0));
    }
    return new Snapshot(newest.snapshot(checkpoint, 0), states);
  }

  int stateEntries(String entity) {
    return entities.get(entity).numKeyedStateEntries();
  }

  int timers(String entity) {
    return entities.get(entity).numProcessingTimeTimers();
  }

  /** A decision of a vector's step. */
  Row decision(JsonNode step) {
    Row decision = new Row(rows.arity());
    decision.setField(DecisionRows.REVISION, step.get("revision").asInt());
    Map<String, ValueType> types = plan.fieldTypes();
    step.get("fields")
        .fields()
        .forEachRemaining(
            field ->
                decision.setField(
                    rows.position(field.getKey()),
                    value(field.getValue(), types.get(field.getKey()))));
    return decision;
  }

  private static Object value(JsonNode node, ValueType type) {
    if (node.isNull()) {
      return null;
    }
    return switch (type) {
      case STRING -> node.asText();
      case LONG -> node.asLong();
      case DOUBLE -> node.asDouble();
      case BOOLEAN -> node.asBoolean();
    };
  }

  /** The attributes of an item that have a value. */
  Map<String, Object> attributes(String useCase, Row item) {
    String key = (String) item.getField(ItemRows.ENTITY);
    List<String> names =
        List.of(key.split("\\|")).stream()
            .map(part -> part.substring(0, part.indexOf('=')))
            .toList();
    VariablesPlan.Entity entity =
        plan.entities().stream()
            .filter(
                one ->
                    one.useCase().equals(useCase)
                        && one.key().stream().map(VariablesPlan.Key::name).toList().equals(names))
            .findFirst()
            .orElseThrow();
    Map<String, Object> attributes = new HashMap<>();
    int position = ItemRows.FIRST_ATTRIBUTE;
    for (VariablesPlan.Variable variable : entity.variables()) {
      for (String name : variable.attributes().keySet()) {
        Object value = item.getField(position++);
        if (value != null) {
          attributes.put(name, value);
        }
      }
    }
    return attributes;
  }

  @Override
  public void close() throws Exception {
    newest.close();
    for (var harness : contributions.values()) {
      harness.close();
    }
    for (var harness : entities.values()) {
      harness.close();
    }
  }
}
