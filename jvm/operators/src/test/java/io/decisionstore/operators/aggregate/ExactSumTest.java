package io.decisionstore.operators.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Held against BigDecimal: exactness, one rounding, the way back, and the serialized form. */
class ExactSumTest {
  @Test
  void anySumIsWhatBigDecimalSays() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      ExactSum sum = new ExactSum();
      BigDecimal expected = BigDecimal.ZERO;
      List<Object> added = new ArrayList<>();
      for (int step = 0; step < 20; step++) {
        if (!added.isEmpty() && random.nextInt(3) == 0) {
          Object back = added.remove(random.nextInt(added.size()));
          expected = expected.subtract(exact(back));
          if (back instanceof Double number) {
            sum.subtract(number);
          } else {
            sum.subtract((Long) back);
          }
        } else {
          Object number = number(random);
          added.add(number);
          expected = expected.add(exact(number));
          if (number instanceof Double real) {
            sum.add(real);
          } else {
            sum.add((Long) number);
          }
        }
        verify(sum, expected, 1 + random.nextInt(1 + random.nextInt(1_000_000)), seed);
      }
      for (Object back : added) {
        ExactSum one = new ExactSum();
        if (back instanceof Double number) {
          one.add(number);
        } else {
          one.add((Long) back);
        }
        sum.subtract(one);
      }
      assertThat(sum.isZero()).as("seed %d", seed).isTrue();
      assertThat(sum).isEqualTo(new ExactSum());
    }
  }

  private static void verify(ExactSum sum, BigDecimal expected, long count, int seed) {
    assertThat(sum.exact()).as("seed %d", seed).isEqualByComparingTo(expected);
    assertThat(sum.toDouble()).as("seed %d", seed).isEqualTo(within(expected));
    assertThat(sum.toLong()).as("seed %d", seed).isEqualTo(saturated(expected.toBigInteger()));
    // So many digits that no tie of doubles is mistaken.
    BigDecimal average = expected.divide(BigDecimal.valueOf(count), new MathContext(400));
    assertThat(sum.average(count)).as("seed %d", seed).isEqualTo(within(average));
    ByteWriter out = new ByteWriter();
    sum.write(out);
    ByteReader in = new ByteReader(out.copy());
    assertThat(ExactSum.read(in)).as("seed %d", seed).isEqualTo(sum);
    assertThat(in.hasMore()).isFalse();
    in = new ByteReader(out.copy());
    ExactSum.skip(in);
    assertThat(in.hasMore()).isFalse();
    assertThat(sum.copy()).isEqualTo(sum);
  }

  private static BigDecimal exact(Object number) {
    return number instanceof Double real ? new BigDecimal(real) : BigDecimal.valueOf((Long) number);
  }

  private static double within(BigDecimal exact) {
    if (exact.abs().compareTo(new BigDecimal(9.9e125)) > 0) {
      return exact.signum() * 9.9e125;
    }
    return exact.abs().compareTo(new BigDecimal(1e-130)) < 0 ? 0.0 : exact.doubleValue();
  }

  private static long saturated(BigInteger whole) {
    return whole
        .max(BigInteger.valueOf(Long.MIN_VALUE))
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValue();
  }

  private static Object number(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> random.nextLong();
      case 1 -> (long) random.nextInt(10_000) - 5_000;
      case 2 -> random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
      case 3 -> random.nextDouble() * Math.pow(10, random.nextInt(250) - 125);
      case 4 -> -random.nextDouble() * Math.pow(10, random.nextInt(40) - 20);
      case 5 -> random.nextBoolean() ? 9.9e125 : -9.9e125;
      case 6 -> 1e16 * (random.nextBoolean() ? 1 : -1);
      case 7 -> 0.0;
      case 8 -> Math.scalb(1.0 + random.nextInt(2) * 0x1p-52, random.nextInt(140) - 70);
      default -> Math.round((random.nextDouble() - 0.3) * 1e6) / 100.0;
    };
  }

  @Test
  void halvesAreRoundedToEven() {
    ExactSum sum = new ExactSum();
    sum.add(0x1p53);
    sum.add(1.0);
    assertThat(sum.toDouble()).isEqualTo(0x1p53);
    sum.add(2.0);
    assertThat(sum.toDouble()).isEqualTo(0x1p53 + 4);
    sum.add(0x1p-60);
    assertThat(sum.toDouble()).isEqualTo(0x1p53 + 4);
    sum.subtract(2.0);
    assertThat(sum.toDouble()).isEqualTo(0x1p53 + 2);
  }

  @Test
  void amountsAreShort() {
    assertThat(bytes(129.99)).isEqualTo(9);
    assertThat(bytes(100.0)).isEqualTo(3);
    assertThat(bytes(0.0)).isEqualTo(1);
    assertThat(bytes(-1.0)).isEqualTo(3);
  }

  private static int bytes(double number) {
    ExactSum sum = new ExactSum();
    sum.add(number);
    ByteWriter out = new ByteWriter();
    sum.write(out);
    return out.length();
  }

  @Test
  void whatIsNotANumberIsRefused() {
    assertThatThrownBy(() -> new ExactSum().add(Double.NaN)).hasMessageContaining("finite");
  }
}
