package io.decisionstore.operators.variables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ItemTest {
  @Test
  void numbersAreAsShortAsTheyAre() {
    assertThat(text(0.0)).isEqualTo("0");
    assertThat(text(-0.0)).isEqualTo("0");
    assertThat(text(3.0)).isEqualTo("3");
    assertThat(text(-12.5)).isEqualTo("-12.5");
    assertThat(text(-0.05)).isEqualTo("-0.05");
    assertThat(text(0.29)).isEqualTo("0.29");
    assertThat(text(10_000_000.01)).isEqualTo("10000000.01");
    assertThat(text(1.0 / 3)).isEqualTo("0.3333333333333333");
    assertThat(text(0.005)).isEqualTo("0.005");
    assertThat(text(1e300)).isEqualTo("1.0E300");
  }

  @Test
  void everyNumberIsReadAsItWas() {
    Random random = new Random(1);
    for (int count = 0; count < 200_000; count++) {
      double hundredths = random.nextInt() / 100.0;
      assertThat(text(hundredths)).hasSizeLessThan(13);
      for (double number :
          new double[] {
            hundredths,
            hundredths * 1e8,
            Double.longBitsToDouble(random.nextLong()),
            Math.nextUp(hundredths)
          }) {
        if (Double.isFinite(number)) {
          assertThat(Double.parseDouble(text(number))).isEqualTo(number + 0.0);
        }
      }
    }
  }

  private static String text(double number) {
    StringBuilder json = new StringBuilder();
    Item.number(number, json);
    return json.toString();
  }
}
