package io.decisionstore.operators.aggregate;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An exact sum of finite doubles and longs: what is taken back leaves nothing behind, in whatever
 * order, and it is rounded once, when it is read.
 *
 * <p>A number of 128 bits in units of 2^-64 holds what business adds up: every long below 2^62 in
 * magnitude, and every double from 2^-12 (0.00025) to there. What does not fit is a BigInteger in
 * units of 2^-1074, the least of all doubles, until it fits again; so equal sums are held alike.
 */
public final class ExactSum {
  private static final int FRACTION = 64;
  private static final int LARGE_FRACTION = 1_074;
  private static final int EXTRA = LARGE_FRACTION - FRACTION;

  /**
   * Of {@link #high}: so that two sums that fit can be added before it is seen that they do not.
   */
  private static final long BOUND = 1L << 62;

  /** In the first byte of the serialized form: a BigInteger follows. */
  private static final int LARGE = 31;

  /** DynamoDB's numbers; the same limits as {@code model/interpreter.py}. */
  private static final double LARGEST = 9.9e125;

  private static final BigDecimal EXACTLY_LARGEST = new BigDecimal(LARGEST);
  private static final BigDecimal EXACTLY_SMALLEST = new BigDecimal(1e-130);

  private long high;
  private long low;
  private BigInteger large; // null: high and low hold it

  /** A sum of nothing. */
  public ExactSum() {}

  private ExactSum(ExactSum other) {
    high = other.high;
    low = other.low;
    large = other.large;
  }

  public ExactSum copy() {
    return new ExactSum(this);
  }

  void clear() {
    high = 0;
    low = 0;
    large = null;
  }

  public boolean isZero() {
    return large == null && (high | low) == 0;
  }

  public void add(long number) {
    if (large == null && number < BOUND && number >= -BOUND) {
      plus(number, 0);
    } else {
      plus(BigInteger.valueOf(number).shiftLeft(LARGE_FRACTION));
    }
  }

  public void subtract(long number) {
    if (number == Long.MIN_VALUE) {
      plus(BigInteger.valueOf(number).negate().shiftLeft(LARGE_FRACTION));
    } else {
      add(-number);
    }
  }

  public void subtract(double number) {
    add(-number);
  }

  /**
   * Adds a number.
   *
   * @param number finite
   */
  public void add(double number) {
    long bits = Double.doubleToRawLongBits(number);
    int biased = (int) (bits >>> 52) & 0x7FF;
    if (biased == 0x7FF) {
      throw new IllegalArgumentException("A sum takes finite numbers, not " + number + ".");
    }
    long fraction = bits & (1L << 52) - 1;
    if (biased == 0 && fraction == 0) {
      return;
    }
    long mantissa = biased == 0 ? fraction : fraction | 1L << 52;
    int exponent = biased == 0 ? -LARGE_FRACTION : biased - 1_075;
    int shift = exponent + FRACTION;
    boolean negative = bits < 0;
    if (large == null && fits(mantissa, shift)) {
      long upper;
      long lower;
      if (shift <= 0) {
        upper = 0;
        lower = mantissa >>> -shift;
      } else if (shift < 64) {
        upper = mantissa >>> 64 - shift;
        lower = mantissa << shift;
      } else {
        upper = mantissa << shift - 64;
        lower = 0;
      }
      if (negative) {
        upper = ~upper + (lower == 0 ? 1 : 0);
        lower = -lower;
      }
      plus(upper, lower);
    } else {
      BigInteger exact = BigInteger.valueOf(mantissa).shiftLeft(exponent + LARGE_FRACTION);
      plus(negative ? exact.negate() : exact);
    }
  }

  private static boolean fits(long mantissa, int shift) {
    return shift < 0
        ? Long.numberOfTrailingZeros(mantissa) >= -shift
        : 64 - Long.numberOfLeadingZeros(mantissa) + shift <= 126;
  }

  public void add(ExactSum other) {
    if (large == null && other.large == null) {
      plus(other.high, other.low);
    } else {
      plus(other.inLargeUnits());
    }
  }

  public void subtract(ExactSum other) {
    if (large == null && other.large == null) {
      plus(~other.high + (other.low == 0 ? 1 : 0), -other.low);
    } else {
      plus(other.inLargeUnits().negate());
    }
  }

  private void plus(long upper, long lower) {
    long sum = low + lower;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    low = sum;
    high += upper + carry;
    if (high >= BOUND || high < -BOUND) {
      large = inUnits().shiftLeft(EXTRA);
      high = 0;
      low = 0;
    }
  }

  private void plus(BigInteger exact) {
    BigInteger sum = inLargeUnits().add(exact);
    large = null;
    high = 0;
    low = 0;
    if (sum.signum() == 0) {
      return;
    }
    if (sum.getLowestSetBit() >= EXTRA && sum.bitLength() <= EXTRA + 126) {
      BigInteger units = sum.shiftRight(EXTRA);
      high = units.shiftRight(64).longValue();
      low = units.longValue();
    } else {
      large = sum;
    }
  }

  private BigInteger inUnits() {
    BigInteger upper = BigInteger.valueOf(high).shiftLeft(64);
    BigInteger lower = BigInteger.valueOf(low >>> 1).shiftLeft(1);
    return upper.add((low & 1) == 0 ? lower : lower.setBit(0));
  }

  private BigInteger inLargeUnits() {
    return large == null ? inUnits().shiftLeft(EXTRA) : large;
  }

  /** The exact number. */
  public BigDecimal exact() {
    BigInteger number = large == null ? inUnits() : large;
    int fraction = large == null ? FRACTION : LARGE_FRACTION;
    // Exact: a power of two divides a power of ten of the same exponent.
    return new BigDecimal(number)
        .divide(new BigDecimal(BigInteger.ONE.shiftLeft(fraction)))
        .stripTrailingZeros();
  }

  /** The whole number, towards zero; the largest or least long if it is beyond. */
  public long toLong() {
    if (large == null) {
      return high < 0 && low != 0 ? high + 1 : high;
    }
    BigInteger whole = exact().toBigInteger();
    if (whole.bitLength() > 63) {
      return whole.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return whole.longValue();
  }

  /** The nearest double, half to even, within what DynamoDB can hold. */
  public double toDouble() {
    if (large != null) {
      return within(exact(), large, BigInteger.ONE, LARGE_FRACTION);
    }
    return high < 0
        ? -Rounding.toDouble(~high + (low == 0 ? 1 : 0), -low, false, -FRACTION)
        : Rounding.toDouble(high, low, false, -FRACTION);
  }

  /**
   * The sum divided by a number of addends, rounded once as {@link #toDouble}.
   *
   * @param count at least 1
   */
  public double average(long count) {
    if (large == null && count < 1L << 32) {
      return high < 0
          ? -Rounding.divided(~high + (low == 0 ? 1 : 0), -low, count, -FRACTION)
          : Rounding.divided(high, low, count, -FRACTION);
    }
    BigInteger divisor = BigInteger.valueOf(count);
    BigDecimal roughly = exact().divide(new BigDecimal(divisor), new java.math.MathContext(200));
    return within(roughly, inLargeUnits(), divisor, LARGE_FRACTION);
  }

  private static double within(
      BigDecimal exact, BigInteger number, BigInteger divisor, int fraction) {
    BigDecimal size = exact.abs();
    if (size.compareTo(EXACTLY_LARGEST) > 0) {
      return exact.signum() * LARGEST;
    }
    if (size.compareTo(EXACTLY_SMALLEST) < 0) {
      return 0.0;
    }
    double rounded = Rounding.divided(number.abs(), divisor, -fraction);
    return number.signum() < 0 ? -rounded : rounded;
  }

  /** A finite number as an item can hold it: the nearest one that DynamoDB has. */
  public static double storable(double number) {
    double size = Math.abs(number);
    if (size > LARGEST) {
      return Math.copySign(LARGEST, number);
    }
    return size < 1e-130 ? 0.0 : number;
  }

  /** Compactly: for example 9 bytes for 129.99, and 2 for 100. */
  public void write(ByteWriter out) {
    if (large != null) {
      out.oneByte(LARGE);
      int zeros = large.getLowestSetBit();
      byte[] significant = large.shiftRight(zeros).toByteArray();
      out.unsigned(zeros);
      out.framed(significant, 0, significant.length);
      return;
    }
    if ((high | low) == 0) {
      out.oneByte(0);
      return;
    }
    int zeros = trailingZeroBytes();
    int bytes = 16 - zeros;
    while (bytes > 1 && isSignExtension(zeros + bytes)) {
      bytes--;
    }
    out.oneByte(bytes | zeros << 5);
    int lower = Math.min(bytes, 8 - zeros); // of them in the lower half
    if (bytes > lower) {
      out.lowest(high, bytes - lower);
    }
    out.lowest(low >>> 8 * zeros, lower);
  }

  /** At most 7: as many as have room in three bits. */
  private int trailingZeroBytes() {
    return low == 0 ? 7 : Math.min(7, Long.numberOfTrailingZeros(low) >>> 3);
  }

  /** Whether the byte before a place only repeats the sign of those after it. */
  private boolean isSignExtension(int place) {
    int sign = byteAt(place - 2) < 0 ? -1 : 0;
    return byteAt(place - 1) == sign;
  }

  private byte byteAt(int place) {
    return (byte) (place < 8 ? low >>> 8 * place : high >>> 8 * (place - 8));
  }

  /** What {@link #write} wrote. */
  public static ExactSum read(ByteReader in) {
    ExactSum sum = new ExactSum();
    int head = in.oneByte() & 0xFF;
    if (head == LARGE) {
      int zeros = (int) in.unsigned();
      sum.large = new BigInteger(in.framed()).shiftLeft(zeros);
      return sum;
    }
    int bytes = head & 0x1F;
    int zeros = head >>> 5;
    for (int at = zeros + bytes - 1; at >= zeros; at--) {
      long one = in.oneByte();
      boolean first = at == zeros + bytes - 1;
      if (at >= 8) {
        int shift = 8 * (at - 8);
        sum.high |= (first ? one : one & 0xFF) << shift;
      } else {
        if (first) {
          sum.high = one >> 63;
        }
        sum.low |= (first ? one : one & 0xFF) << 8 * at;
      }
    }
    return sum;
  }

  /** Reads over what {@link #write} wrote. */
  static void skip(ByteReader in) {
    int head = in.oneByte() & 0xFF;
    if (head == LARGE) {
      in.unsigned();
      in.skip((int) in.unsigned());
    } else {
      in.skip(head & 0x1F);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExactSum sum
        && high == sum.high
        && low == sum.low
        && (large == null ? sum.large == null : large.equals(sum.large));
  }

  @Override
  public int hashCode() {
    return Long.hashCode(31 * high + low) ^ (large == null ? 0 : large.hashCode());
  }

  @Override
  public String toString() {
    return exact().toString();
  }
}
