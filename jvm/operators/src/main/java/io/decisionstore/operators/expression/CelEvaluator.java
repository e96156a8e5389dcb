package io.decisionstore.operators.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** CEL's own runtime: what {@link Evaluators} must mean, and what runs where they do not know. */
final class CelEvaluator implements Evaluator {
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(Expression.OPTIONS).build();

  private final CelRuntime.Program program;
  private final List<String> names;

  private CelEvaluator(CelRuntime.Program program, List<String> names) {
    this.program = program;
    this.names = names;
  }

  /** The evaluator of a checked tree over fields of these names, in their order. */
  static CelEvaluator of(CelAbstractSyntaxTree tree, List<String> names)
      throws CelEvaluationException {
    return new CelEvaluator(RUNTIME.createProgram(tree), names);
  }

  @Override
  public Object of(Object[] fields) {
    Map<String, Object> environment = new HashMap<>();
    for (int position = 0; position < names.size(); position++) {
      Object value = fields[position];
      environment.put(names.get(position), value == null ? NullValue.NULL_VALUE : value);
    }
    try {
      Object value = program.eval(environment);
      return value instanceof NullValue ? null : value;
    } catch (CelEvaluationException failure) {
      return FAILED;
    }
  }
}
