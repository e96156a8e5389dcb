package io.decisionstore.operators.variables;

import io.decisionstore.operators.expression.Expression;
import io.decisionstore.operators.expression.NoValueException;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.PlanArgument;
import io.decisionstore.operators.plan.VariablesPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * What a change of a decision means for the variables of one entity: keys, conditions and arguments
 * are evaluated here, so that the operator with the state knows nothing of expressions.
 */
final class Contributions extends ProcessFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** A variable the decision counts for, and the values of its arguments. */
  static final TypeInformation<Row> VALUE =
      Types.ROW_NAMED(new String[] {"variable", "arguments"}, Types.STRING, Types.LIST(Cells.CELL));

  /** A decision, as an entity sees it. */
  static final TypeInformation<Row> CONTRIBUTION =
      Types.ROW_NAMED(
          new String[] {"decision_id", "event_time", "values"},
          Types.STRING,
          Types.LONG,
          Types.LIST(VALUE));

  /** For an entity: what to take back, and what to add; either may be null. */
  static final TypeInformation<Row> CHANGE =
      Types.ROW_NAMED(
          new String[] {"entity", "before", "after"}, Types.STRING, CONTRIBUTION, CONTRIBUTION);

  static final int ENTITY = 0;
  static final int BEFORE = 1;
  static final int AFTER = 2;

  private record Evaluated(String variable, Expression where, List<Expression> arguments) {}

  private final String plan;
  private final String entityName;
  private transient DecisionRows rows;
  private transient EntityKeys keys;
  private transient List<Evaluated> variables;
  private transient Counter keysTooLong;

  Contributions(String plan, String entityName) {
    this.plan = plan;
    this.entityName = entityName;
  }

  @Override
  public void open(OpenContext context) {
    compile();
    keysTooLong = getRuntimeContext().getMetricGroup().counter("keysTooLong");
  }

  /**
   * Compiles every expression.
   *
   * @throws IllegalArgumentException one does not compile, or the plan has no such entity
   */
  void compile() {
    VariablesPlan parsed = VariablesPlan.read(plan);
    VariablesPlan.Entity entity = parsed.entity(entityName);
    Map<String, ValueType> fields = parsed.fieldTypes();
    rows = new DecisionRows(parsed);
    keys = new EntityKeys(entity, fields);
    variables = new ArrayList<>();
    List<Definition> definitions = Definition.of(entity);
    for (VariablesPlan.Variable variable : entity.variables()) {
      Expression where =
          variable.where() == null
              ? null
              : Expression.compile(variable.where(), fields, ValueType.BOOLEAN);
      List<Expression> arguments = new ArrayList<>();
      for (PlanArgument argument : variable.arguments()) {
        arguments.add(Expression.compile(argument.expression(), fields, argument.type()));
      }
      variables.add(new Evaluated(definitions.get(variables.size()).id(), where, arguments));
    }
  }

  @Override
  public void processElement(Row change, Context context, Collector<Row> out) {
    Row before = (Row) change.getField(0);
    Row after = (Row) change.getField(1);
    Map<String, Object> fieldsBefore = before == null ? null : environment(before);
    Map<String, Object> fieldsAfter = environment(after);
    String keyBefore = before == null ? null : key(fieldsBefore);
    String keyAfter = key(fieldsAfter);
    Row takenBack = keyBefore == null ? null : contribution(before, fieldsBefore);
    Row added = keyAfter == null ? null : contribution(after, fieldsAfter);
    if (Objects.equals(keyBefore, keyAfter)) {
      if (keyAfter != null) {
        out.collect(Row.of(keyAfter, takenBack, added)); // one item, not one without the decision
      }
      return;
    }
    if (keyBefore != null) {
      out.collect(Row.of(keyBefore, takenBack, null));
    }
    if (keyAfter != null) {
      out.collect(Row.of(keyAfter, null, added));
    }
  }

  private Map<String, Object> environment(Row decision) {
    return Expression.environment(rows.fields(decision));
  }

  private String key(Map<String, Object> fields) {
    String key = keys.of(fields);
    if (key != null && key.length() > EntityKeys.MAX_LENGTH) {
      keysTooLong.inc();
      return null;
    }
    return key;
  }

  private Row contribution(Row decision, Map<String, Object> fields) {
    List<Row> values = new ArrayList<>();
    for (Evaluated variable : variables) {
      if (variable.where != null && !variable.where.matches(fields)) {
        continue;
      }
      List<Row> arguments = arguments(variable, fields);
      if (arguments != null) {
        values.add(Row.of(variable.variable, arguments));
      }
    }
    return Row.of(
        decision.getField(DecisionRows.DECISION_ID),
        decision.getField(DecisionRows.EVENT_TIME),
        values);
  }

  private static List<Row> arguments(Evaluated variable, Map<String, Object> fields) {
    List<Row> arguments = new ArrayList<>();
    for (Expression argument : variable.arguments) {
      try {
        arguments.add(Cells.ofArgument(argument.value(fields)));
      } catch (NoValueException none) {
        return null;
      }
    }
    return arguments;
  }
}
