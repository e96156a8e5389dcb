package io.decisionstore.operators.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelAbstractSyntaxTree;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Evaluators mean what CEL's own runtime means. */
class EvaluatorsTest {
  private static final int EXPRESSIONS = Integer.getInteger("expressions", 4_000);
  private static final int EVENTS = 20;
  private static final List<String> NAMES = List.copyOf(RandomExpressions.FIELDS.keySet());

  @Test
  void everyAllowedExpressionGivesOnEveryEventWhatCelGives() throws Exception {
    Map<ValueType, int[]> outcomes = new EnumMap<>(ValueType.class); // values, nulls, failures
    for (int seed = 0; seed < EXPRESSIONS; seed++) {
      RandomExpressions random = new RandomExpressions(seed);
      ValueType type = ValueType.values()[seed % 4];
      String source = random.expression(type, 1 + seed % 6);
      CelAbstractSyntaxTree tree = Expression.checked(source, RandomExpressions.FIELDS);
      Evaluator ours = Evaluators.of(tree, NAMES).orElseThrow(() -> new AssertionError(source));
      Evaluator cel = CelEvaluator.of(tree, NAMES);
      for (int event = 0; event < EVENTS; event++) {
        Object[] fields = random.values();
        Object expected = cel.of(fields);
        assertThat(ours.of(fields))
            .as("%s on %s", source, List.of(seed, event))
            .isEqualTo(expected);
        int outcome = expected == Evaluator.FAILED ? 2 : expected == null ? 1 : 0;
        outcomes.computeIfAbsent(type, none -> new int[3])[outcome]++;
      }
    }
    int few = EXPRESSIONS * EVENTS / 40; // the generator reaches all kinds of outcomes
    outcomes.forEach(
        (type, counts) -> {
          assertThat(counts[0]).isGreaterThan(few);
          assertThat(counts[1]).isGreaterThan(few / 10);
          assertThat(counts[2]).isGreaterThan(few);
        });
  }

  @Test
  void whatIsNotKnownIsLeftToCel() throws Exception {
    Map<String, ValueType> fields = Map.of("s", ValueType.STRING);
    for (String source : List.of("size(s) == 3", "s.matches('^a.c$')", "s + '' in {'abc': 1}")) {
      CelAbstractSyntaxTree tree = Expression.checked(source, fields);
      assertThat(Evaluators.of(tree, List.of("s"))).isEmpty();
      Expression expression = Expression.compile(source, fields, ValueType.BOOLEAN);
      assertThat(expression.value(new Object[] {"abc"})).isEqualTo(true);
      assertThat(expression.value(new Object[] {"abcd"})).isEqualTo(false);
      assertThat(expression.matches(new Object[] {null})).isFalse();
    }
  }
}
