package io.decisionstore.operators.expression;

import com.google.protobuf.NullValue;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.NullableType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * CEL over an event's fields, compiled once and type-checked.
 *
 * <p>What may be written, and what null and failure mean, is said and checked in {@code
 * decision_store/model/expressions.py}; the shared vectors hold both to the same values. An
 * expression that fails has no value: a condition then does not match.
 */
public final class Expression {
  private static final CelOptions OPTIONS = CelOptions.current().build();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

  private final String source;
  private final String[] names;
  private final CelRuntime.Program program;

  private Expression(String source, String[] names, CelRuntime.Program program) {
    this.source = source;
    this.names = names;
    this.program = program;
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
    CelCompilerBuilder compiler =
        CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS);
    fields.forEach((name, type) -> compiler.addVar(name, NullableType.create(type.cel())));
    try {
      CelAbstractSyntaxTree checked = checked(compiler.build(), source);
      CelKind kind = checked.getResultType().kind();
      if (kind != expected.kind()) {
        throw new IllegalArgumentException(
            "The expression %s is %s, not %s".formatted(source, kind, expected.kind()));
      }
      return new Expression(
          source, fields.keySet().toArray(String[]::new), RUNTIME.createProgram(checked));
    } catch (CelValidationException | CelEvaluationException refused) {
      throw new IllegalArgumentException(
          "The expression %s does not compile: %s".formatted(source, refused.getMessage()),
          refused);
    }
  }

  private static CelAbstractSyntaxTree checked(CelCompiler compiler, String source)
      throws CelValidationException {
    return compiler.compile(source).getAst();
  }

  /**
   * The value for one event: a String, Long, Double, Boolean or null.
   *
   * @param fields String, Long, Double, Boolean or null, in the order of the compiled fields
   * @throws NoValueException it fails on these fields
   */
  public Object value(Object[] fields) throws NoValueException {
    Map<String, Object> environment = new HashMap<>();
    for (int position = 0; position < names.length; position++) {
      put(environment, names[position], fields[position]);
    }
    return value(environment);
  }

  /** The value, or null where there is none. */
  public Object valueOrNull(Object[] fields) {
    try {
      return value(fields);
    } catch (NoValueException none) {
      return null;
    }
  }

  /** The value as a condition. */
  public boolean matches(Object[] fields) {
    return Boolean.TRUE.equals(valueOrNull(fields));
  }

  /** The fields as {@link #value} takes them: CEL has a null of its own. */
  public static Map<String, Object> environment(Map<String, ?> fields) {
    Map<String, Object> environment = new HashMap<>();
    fields.forEach((name, value) -> put(environment, name, value));
    return environment;
  }

  /** Adds a field to an {@link #environment}. */
  public static void put(Map<String, Object> environment, String name, Object value) {
    environment.put(name, value == null ? NullValue.NULL_VALUE : value);
  }

  /**
   * The value for one event: a String, Long, Double, Boolean or null.
   *
   * @param environment every field, by {@link #environment}
   * @throws NoValueException it fails on these fields
   */
  public Object value(Map<String, Object> environment) throws NoValueException {
    Object value;
    try {
      value = program.eval(environment);
    } catch (CelEvaluationException failure) {
      throw new NoValueException(source, failure);
    }
    if (value instanceof String
        || value instanceof Long
        || value instanceof Double
        || value instanceof Boolean) {
      return value;
    }
    if (value == null || value instanceof NullValue) {
      return null;
    }
    throw new IllegalStateException(source + " gave a " + value.getClass().getName());
  }

  /** The value, or null where there is none. */
  public Object valueOrNull(Map<String, Object> environment) {
    try {
      return value(environment);
    } catch (NoValueException none) {
      return null;
    }
  }

  /** The value as a condition. */
  public boolean matches(Map<String, Object> environment) {
    return Boolean.TRUE.equals(valueOrNull(environment));
  }
}
