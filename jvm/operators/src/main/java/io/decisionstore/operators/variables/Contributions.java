package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.Arguments;
import io.decisionstore.operators.aggregate.ByteWriter;
import io.decisionstore.operators.aggregate.Definition;
import io.decisionstore.operators.avro.FieldsDecoder;
import io.decisionstore.operators.avro.UnreadableEventException;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import io.decisionstore.operators.plan.VariablesPlan;
import io.decisionstore.operators.registry.SchemaRegistry;
import java.util.ArrayList;
import java.util.List;

/**
 * What a decision event means for every entity: keys, conditions and arguments are evaluated here,
 * so that the state knows nothing of expressions. Not for several threads.
 */
final class Contributions {
  private static final int NO_CONDITION = -1;

  private record OfVariable(Definition definition, int where, int[] arguments) {}

  private record OfEntity(int id, String useCase, EntityKeys keys, List<OfVariable> variables) {}

  private final FieldsDecoder decoder;
  private final Evaluation evaluation;
  private final List<OfEntity> entities = new ArrayList<>();
  private final ByteWriter all = new ByteWriter();
  private final ByteWriter one = new ByteWriter();
  private final ByteWriter argumentBytes = new ByteWriter();
  private long keysTooLong;

  /**
   * For a plan.
   *
   * @throws IllegalArgumentException an expression does not compile
   */
  Contributions(VariablesPlan plan, Layout layout) {
    decoder =
        new FieldsDecoder(
            plan.eventSchema(), new SchemaRegistry(plan.registryUrl()), plan.fields());
    Evaluation.Builder expressions = new Evaluation.Builder(plan.fieldTypes());
    for (int at = 0; at < plan.entities().size(); at++) {
      entities.add(compiled(plan.entities().get(at), layout.entities().get(at), expressions));
    }
    evaluation = expressions.build();
  }

  private static OfEntity compiled(
      VariablesPlan.Entity entity, Layout.OfEntity layout, Evaluation.Builder expressions) {
    List<OfVariable> variables = new ArrayList<>();
    for (int at = 0; at < entity.variables().size(); at++) {
      VariablesPlan.Variable variable = entity.variables().get(at);
      int where =
          variable.where() == null
              ? NO_CONDITION
              : expressions.of(variable.where(), ValueType.BOOLEAN);
      int[] arguments =
          variable.arguments().stream()
              .mapToInt(argument -> expressions.of(argument.expression(), argument.type()))
              .toArray();
      variables.add(new OfVariable(layout.variables().get(at), where, arguments));
    }
    return new OfEntity(
        layout.id(), layout.useCase(), new EntityKeys(entity, expressions), variables);
  }

  /**
   * What a Kafka record's value means.
   *
   * @throws UnreadableEventException it is not an event
   */
  DecisionContributions of(byte[] value) throws UnreadableEventException {
    evaluation.begin(decoder.decode(value));
    all.clear();
    for (OfEntity entity : entities) {
      String key = entity.keys.of(evaluation);
      if (key == null) {
        continue;
      }
      if (key.length() > EntityKeys.MAX_LENGTH) {
        keysTooLong++;
        continue;
      }
      all.text(entity.useCase + '/' + key);
      contribution(entity);
      all.framed(one.bytes(), 0, one.length());
    }
    return new DecisionContributions(decoder.decisionId(), decoder.revision(), all.copy());
  }

  private void contribution(OfEntity entity) {
    one.clear();
    one.fourBytes(entity.id);
    one.signed(decoder.eventTime());
    for (OfVariable variable : entity.variables) {
      if (variable.where != NO_CONDITION && !evaluation.matches(variable.where)) {
        continue;
      }
      argumentBytes.clear();
      if (arguments(variable)) {
        one.fourBytes(variable.definition.id());
        one.framed(argumentBytes.bytes(), 0, argumentBytes.length());
      }
    }
  }

  /** Whether the decision counts, as far as the arguments say it. */
  private boolean arguments(OfVariable variable) {
    for (int argument : variable.arguments) {
      Object value = evaluation.value(argument);
      if (value == Evaluation.FAILED) {
        return false;
      }
      Object stored = Arguments.storable(value);
      if (stored == null && variable.definition.ignoresNull()) {
        return false;
      }
      if (variable.definition.aggregate() == Aggregate.DISTINCT) {
        argumentBytes.eightBytes(Arguments.hash(stored));
      } else {
        Arguments.write(argumentBytes, stored);
      }
    }
    return true;
  }

  /** How many keys no item can have. */
  long keysTooLong() {
    return keysTooLong;
  }
}
