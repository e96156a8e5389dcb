package io.decisionstore.operators.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits of an item; Python's are in test_interpreter.py. */
class ArgumentsTest {
  @Test
  void aTextThatIsTooLongAndWhatIsNotANumberAreNoValue() {
    assertThat(Arguments.storable("😀".repeat(2_048))).isEqualTo("😀".repeat(2_048));
    assertThat(Arguments.storable("x".repeat(2_049))).isNull();
    assertThat(Arguments.storable(Double.NaN)).isNull();
    assertThat(Arguments.storable(Double.NEGATIVE_INFINITY)).isNull();
    assertThat(Arguments.storable(null)).isNull();
  }

  @Test
  void numbersStayWithinDynamoDbs() {
    assertThat(Arguments.storable(-1e300)).isEqualTo(-9.9e125);
    assertThat(Arguments.storable(1e-200)).isEqualTo(0.0);
    assertThat(Arguments.storable(-0.0)).isEqualTo(0.0);
    assertThat(Arguments.storable(129.99)).isEqualTo(129.99);
    assertThat(Arguments.storable(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void valuesAreReadAsTheyWereWritten() {
    List<Object> values =
        Arrays.asList(
            null, "", "å😀", 0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, 0.0, -129.99, true, false);
    ByteWriter out = new ByteWriter();
    values.forEach(value -> Arguments.write(out, value));
    ByteReader in = new ByteReader(out.copy());
    for (Object value : values) {
      assertThat(Arguments.read(in)).isEqualTo(value);
    }
    assertThat(in.hasMore()).isFalse();
  }

  @Test
  void numbersAreOrderedAsTheyAre() {
    double[] numbers = {-9.9e125, -1.5, -1e-130, 0.0, 1e-130, 1.0, 1.5, 9.9e125};
    long before = Long.MIN_VALUE;
    for (double number : numbers) {
      ByteWriter out = new ByteWriter();
      Arguments.write(out, number);
      long ordered = Arguments.ordered(new ByteReader(out.copy()));
      assertThat(ordered).isGreaterThan(before);
      assertThat(Arguments.doubleOf(ordered)).isEqualTo(number);
      before = ordered;
    }
  }
}
