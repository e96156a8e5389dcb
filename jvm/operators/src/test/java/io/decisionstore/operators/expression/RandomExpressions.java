package io.decisionstore.operators.expression;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Random expressions of the allowed part of CEL, and random fields for them. */
final class RandomExpressions {
  /** Two fields a type; all of them may be null. */
  static final Map<String, ValueType> FIELDS = fields();

  private static final List<String> TEXTS =
      List.of("", "a", "ab", "abc", "b", "A", "å", "😀", "a😀b", "é", "DECLINED", "'\"\\\n\t\r");
  private static final List<Long> LONGS =
      List.of(0L, 1L, -1L, 2L, 7L, 3037000500L, 1L << 53, Long.MAX_VALUE, Long.MIN_VALUE);
  private static final List<Double> DOUBLES =
      List.of(0.0, -0.0, 1.0, -1.5, 0.1, 129.99, 1e-300, 1e300, -1e300, 4.9e-324, 9.2e18);

  private final Random random;

  RandomExpressions(long seed) {
    this.random = new Random(seed);
  }

  private static Map<String, ValueType> fields() {
    Map<String, ValueType> fields = new LinkedHashMap<>();
    for (ValueType type : ValueType.values()) {
      fields.put(type.name().toLowerCase().charAt(0) + "1", type);
      fields.put(type.name().toLowerCase().charAt(0) + "2", type);
    }
    return fields;
  }

  /** Values of {@link #FIELDS}; a third of them null. */
  Object[] values() {
    return FIELDS.values().stream().map(this::value).toArray();
  }

  private Object value(ValueType type) {
    if (random.nextInt(3) == 0) {
      return null;
    }
    return switch (type) {
      case STRING -> text();
      case LONG -> number();
      case DOUBLE -> random.nextInt(8) == 0 ? (Double) random.nextGaussian() : one(DOUBLES);
      case BOOLEAN -> random.nextBoolean();
    };
  }

  private String text() {
    return random.nextInt(3) == 0 ? one(TEXTS) + one(TEXTS) : one(TEXTS);
  }

  private Long number() {
    return random.nextInt(8) == 0 ? (Long) random.nextLong() : one(LONGS);
  }

  private <T> T one(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  @SafeVarargs
  private String choose(Supplier<String>... ways) {
    return ways[random.nextInt(ways.length)].get();
  }

  /** An expression of a type, at most so many levels deep. */
  String expression(ValueType type, int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return random.nextBoolean() ? field(type) : literal(type);
    }
    int below = depth - 1;
    if (random.nextInt(8) == 0) {
      return "(%s ? %s : %s)"
          .formatted(
              expression(ValueType.BOOLEAN, below),
              expression(type, below),
              expression(type, below));
    }
    return switch (type) {
      case STRING -> text(below);
      case LONG -> calculated(type, one(List.of("+", "-", "*", "/", "%")), below);
      case DOUBLE -> real(below);
      case BOOLEAN -> condition(below);
    };
  }

  private String text(int below) {
    return choose(
        () -> calculated(ValueType.STRING, "+", below),
        () -> "string(%s)".formatted(expression(ValueType.LONG, below)));
  }

  private String real(int below) {
    return choose(
        () -> calculated(ValueType.DOUBLE, one(List.of("+", "-", "*")), below),
        () -> "(%s / -2.5)".formatted(expression(ValueType.DOUBLE, below)),
        () -> "double(%s)".formatted(expression(ValueType.LONG, below)));
  }

  private String condition(int below) {
    ValueType any = one(List.of(ValueType.values()));
    ValueType number = random.nextBoolean() ? ValueType.LONG : ValueType.DOUBLE;
    String logic = one(List.of("&&", "||"));
    return choose(
        () -> calculated(ValueType.BOOLEAN, logic, below),
        () -> calculated(ValueType.BOOLEAN, logic, below),
        () -> calculated(any, one(List.of("==", "!=")), below),
        () -> "(%s %s null)".formatted(field(any), one(List.of("==", "!="))),
        () -> "(null == %s)".formatted(field(any)),
        () -> calculated(number, one(List.of("<", "<=", ">", ">=")), below),
        () -> "(%s in [%s, %s])".formatted(expression(any, below), literal(any), literal(any)),
        () -> "!" + expression(ValueType.BOOLEAN, below),
        () ->
            "%s.%s(%s)"
                .formatted(
                    bracketed(expression(ValueType.STRING, below)),
                    one(List.of("startsWith", "endsWith", "contains")),
                    expression(ValueType.STRING, below)));
  }

  private static String bracketed(String text) {
    return "(" + text + ")";
  }

  private String calculated(ValueType type, String operator, int below) {
    return "(%s %s %s)".formatted(expression(type, below), operator, expression(type, below));
  }

  private String field(ValueType type) {
    return type.name().toLowerCase().charAt(0) + (random.nextBoolean() ? "1" : "2");
  }

  private String literal(ValueType type) {
    return switch (type) {
      case STRING -> quoted(text());
      case LONG -> number().toString();
      case DOUBLE -> one(DOUBLES).toString().replace("E", "e");
      case BOOLEAN -> String.valueOf(random.nextBoolean());
    };
  }

  private static String quoted(String text) {
    String escaped =
        text.replace("\\", "\\\\")
            .replace("'", "\\'")
            .replace("\n", "\\n")
            .replace("\t", "\\t")
            .replace("\r", "\\r");
    return "'" + escaped + "'";
  }
}
