package io.decisionstore.operators.variables;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.operators.expression.ValueType;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** The limits of an item; Python's are in test_interpreter.py. */
class CellsTest {
  @Test
  void aTextThatIsTooLongAndWhatIsNotANumberAreNoValue() {
    assertThat(stored("😀".repeat(2_048))).isEqualTo("😀".repeat(2_048));
    assertThat(stored("x".repeat(2_049))).isNull();
    assertThat(stored(Double.NaN)).isNull();
    assertThat(stored(Double.NEGATIVE_INFINITY)).isNull();
    assertThat(stored(null)).isNull();
  }

  @Test
  void numbersStayWithinDynamoDbs() {
    assertThat(stored(-1e300)).isEqualTo(-9.9e125);
    assertThat(stored(1e-200)).isEqualTo(0.0);
    assertThat(stored(-0.0)).isEqualTo(0.0);
    assertThat(stored(129.99)).isEqualTo(129.99);
    assertThat(stored(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void sumsAreRoundedOnceAndWholeOnesStayALong() {
    BigDecimal sum = new BigDecimal(1e16).add(BigDecimal.ONE).add(new BigDecimal(-1e16));
    assertThat(Cells.rounded(sum.add(new BigDecimal(0.1)), ValueType.DOUBLE)).isEqualTo(1.1);
    BigDecimal most = BigDecimal.valueOf(Long.MAX_VALUE);
    assertThat(Cells.rounded(most.add(most), ValueType.LONG)).isEqualTo(Long.MAX_VALUE);
    assertThat(Cells.rounded(most.add(most).negate(), ValueType.LONG)).isEqualTo(Long.MIN_VALUE);
  }

  private static Object stored(Object value) {
    return Cells.value(Cells.ofArgument(value));
  }
}
