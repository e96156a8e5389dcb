package io.decisionstore.operators.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decisionstore.operators.aggregate.AccumulatorTest.Entries;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Above the limit: an estimate of the window, until it is empty. */
class DistinctTest {
  private static final Definition WINDOWED = definition(new Hops(60_000L, 1_000));
  private final Entries overflow = new Entries();

  private static Definition definition(Hops hops) {
    return new Definition(7, Aggregate.DISTINCT, 100, hops, ValueType.LONG, List.of("v"), 0);
  }

  private void add(Definition definition, Accumulator distinct, long time, String value) {
    distinct.add(definition, new Accumulator.Decision(time, "d"), hash(value), time, overflow);
  }

  private static ByteReader hash(String value) {
    ByteWriter out = new ByteWriter();
    out.eightBytes(Arguments.hash(value));
    return new ByteReader(out.copy());
  }

  private static long value(Definition definition, Accumulator distinct) {
    return (Long) distinct.values(definition)[0];
  }

  @Test
  void upToTheLimitItIsExactAndAboveNear() {
    Accumulator distinct = Accumulator.of(WINDOWED);
    for (int value = 0; value < 100; value++) {
      add(WINDOWED, distinct, 1_000_000 + value, "value " + value);
      add(WINDOWED, distinct, 1_000_000 + value, "value " + value / 2);
    }
    assertThat(value(WINDOWED, distinct)).isEqualTo(100);
    assertThat(distinct.isSketch()).isFalse();
    for (int value = 100; value < 5_000; value++) {
      add(WINDOWED, distinct, 1_000_000 + value, "value " + value);
    }
    assertThat(distinct.isSketch()).isTrue();
    assertThat(value(WINDOWED, distinct)).isCloseTo(5_000, within(400L));
  }

  @Test
  void slicesOfASketchExpireAndThenItIsExactAgain() {
    Accumulator distinct = Accumulator.of(WINDOWED);
    for (int value = 0; value < 3_000; value++) { // 50 values a hop, over 60 hops
      add(WINDOWED, distinct, 1_000_000 + value * 20, "value " + value);
    }
    assertThat(value(WINDOWED, distinct)).isCloseTo(3_000, within(240L));
    assertThat(overflow.entries).hasSizeBetween(30, 32);
    distinct.expire(WINDOWED, 1_000_000 + 62_000 + 30_000, overflow); // half of them
    assertThat(value(WINDOWED, distinct)).isCloseTo(1_500, within(170L));
    assertThat(distinct.nextExpiry(WINDOWED)).isBetween(1_092_001L, 1_094_000L);
    distinct.expire(WINDOWED, 1_000_000 + 124_000, overflow);
    assertThat(distinct.isEmpty()).isTrue();
    assertThat(overflow.entries).isEmpty();
    add(WINDOWED, distinct, 1_130_000, "one");
    assertThat(distinct.isSketch()).isFalse();
    assertThat(value(WINDOWED, distinct)).isEqualTo(1);
  }

  @Test
  void aSketchTakesNothingBackAndIsReadAsItWasWritten() {
    Definition forEver = definition(new Hops(null, 1));
    Accumulator distinct = Accumulator.of(forEver);
    for (int value = 0; value < 1_000; value++) {
      add(forEver, distinct, value, "value " + value);
    }
    long estimate = value(forEver, distinct);
    assertThat(estimate).isCloseTo(1_000, within(80L));
    distinct.takeBack(forEver, new Accumulator.Decision(5, "d"), hash("value 5"), 9, overflow);
    assertThat(value(forEver, distinct)).isEqualTo(estimate);
    assertThat(overflow.entries).isEmpty(); // nothing expires
    assertThat(distinct.nextExpiry(forEver)).isEqualTo(Long.MAX_VALUE);
    ByteWriter out = new ByteWriter();
    distinct.write(out);
    assertThat(out.length()).isLessThan(1_300);
    assertThat(Accumulator.valuesIn(forEver, new ByteReader(out.copy())))
        .isEqualTo(new Object[] {estimate});
    Accumulator again = Accumulator.read(forEver, new ByteReader(out.copy())).copy();
    add(forEver, again, 7, "value 7");
    assertThat(value(forEver, again)).isEqualTo(estimate);
  }

  @Test
  void equalValuesHaveOneHashAndOthersOthers() {
    assertThat(Arguments.hash("a"))
        .isEqualTo(Arguments.hash("a"))
        .isNotEqualTo(Arguments.hash("b"));
    assertThat(Arguments.hash(0.0)).isEqualTo(Arguments.hash(-0.0));
    assertThat(Arguments.hash("")).isNotEqualTo(Arguments.hash("0"));
    assertThat(Arguments.hash(true)).isNotEqualTo(Arguments.hash(false));
    assertThat(Arguments.hash(1L)).isNotEqualTo(Arguments.hash(2L));
  }
}
