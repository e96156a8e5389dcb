package io.decisionstore.operators.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.NullableType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import java.util.List;
import java.util.Map;

/**
 * CEL over an event's fields, compiled once and type-checked.
 *
 * <p>What may be written, and what null and failure mean, is said and checked in {@code
 * decision_store/model/expressions.py}; the shared vectors hold both to the same values. An
 * expression that fails has no value: a condition then does not match.
 *
 * <p>CEL's own compiler parses and checks; {@link Evaluators} run what may be written, and CEL's
 * own runtime whatever else there is.
 */
public final class Expression {
  /** Instead of a value: the expression fails. */
  public static final Object FAILED = Evaluator.FAILED;

  static final CelOptions OPTIONS = CelOptions.current().build();

  private final Evaluator evaluator;
  private final NoValueException noValue;

  private Expression(String source, Evaluator evaluator) {
    this.evaluator = evaluator;
    this.noValue = new NoValueException(source);
  }

  /**
   * A checked expression.
   *
   * @param source CEL
   * @param fields what it may name; every field may be null
   * @param expected the type of its value
   * @throws IllegalArgumentException it does not compile, or is of another type
   */
  public static Expression compile(
      String source, Map<String, ValueType> fields, ValueType expected) {
    List<String> names = List.copyOf(fields.keySet());
    try {
      CelAbstractSyntaxTree checked = checked(source, fields);
      CelKind kind = checked.getResultType().kind();
      if (kind != expected.kind()) {
        throw new IllegalArgumentException(
            "The expression %s is %s, not %s".formatted(source, kind, expected.kind()));
      }
      Evaluator evaluator = Evaluators.of(checked, names).orElse(null);
      return new Expression(
          source, evaluator == null ? CelEvaluator.of(checked, names) : evaluator);
    } catch (CelValidationException | CelEvaluationException refused) {
      throw new IllegalArgumentException(
          "The expression %s does not compile: %s".formatted(source, refused.getMessage()),
          refused);
    }
  }

  /** The tree of an expression, by CEL's own compiler. */
  static CelAbstractSyntaxTree checked(String source, Map<String, ValueType> fields)
      throws CelValidationException {
    CelCompilerBuilder compiler =
        CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS);
    fields.forEach((name, type) -> compiler.addVar(name, NullableType.create(type.cel())));
    return compiler.build().compile(source).getAst();
  }

  /**
   * The value for one event: a String, Long, Double, Boolean or null.
   *
   * @param fields String, Long, Double, Boolean or null, in the order of the compiled fields
   * @throws NoValueException it fails on these fields
   */
  public Object value(Object[] fields) throws NoValueException {
    Object value = evaluator.of(fields);
    if (value == Evaluator.FAILED) {
      throw noValue;
    }
    return value;
  }

  /** The value, or null where there is none. */
  public Object valueOrNull(Object[] fields) {
    Object value = evaluator.of(fields);
    return value == Evaluator.FAILED ? null : value;
  }

  /** The value as a condition. */
  public boolean matches(Object[] fields) {
    return Boolean.TRUE.equals(evaluator.of(fields));
  }

  /** As {@link #value}, with {@link #FAILED} for the exception, which costs a microsecond. */
  public Object valueOrFailed(Object[] fields) {
    return evaluator.of(fields);
  }
}
