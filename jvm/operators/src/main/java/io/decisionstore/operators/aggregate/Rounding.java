package io.decisionstore.operators.aggregate;

import java.math.BigInteger;

/** Exact numbers to the nearest double, half to even; none of them so small as to be subnormal. */
final class Rounding {
  private Rounding() {}

  /**
   * An unsigned number of 128 bits, times a power of two.
   *
   * @param more whether the exact number is a little larger, by less than its last bit
   */
  static double toDouble(long high, long low, boolean more, int exponent) {
    if ((high | low) == 0) {
      return 0.0;
    }
    int zeros = high != 0 ? Long.numberOfLeadingZeros(high) : 64 + Long.numberOfLeadingZeros(low);
    long top = upper(high, low, zeros);
    long rest = zeros >= 64 ? 0 : low << zeros;
    // 63 bits of which the last says whether anything follows: a long's own rounding then is right.
    long rounded = top >>> 1 | (more || (top & 1) != 0 || rest != 0 ? 1 : 0);
    return Math.scalb((double) rounded, exponent + 65 - zeros);
  }

  private static long upper(long high, long low, int shift) {
    if (shift == 0) {
      return high;
    }
    return shift < 64 ? high << shift | low >>> 64 - shift : low << shift - 64;
  }

  /**
   * An unsigned number of 127 bits divided by another, times a power of two.
   *
   * @param divisor 1 to 2^32 - 1
   */
  static double divided(long high, long low, long divisor, int exponent) {
    if ((high | low) == 0) {
      return 0.0;
    }
    int zeros = high != 0 ? Long.numberOfLeadingZeros(high) : 64 + Long.numberOfLeadingZeros(low);
    long top = upper(high, low, zeros);
    long rest = zeros >= 64 ? 0 : low << zeros; // so that the quotient has 96 bits at least
    long quotientHigh = Long.divideUnsigned(top, divisor);
    long remainder = Long.remainderUnsigned(top, divisor);
    long middle = remainder << 32 | rest >>> 32;
    long quotientMiddle = Long.divideUnsigned(middle, divisor);
    remainder = Long.remainderUnsigned(middle, divisor);
    long lowest = remainder << 32 | rest & 0xFFFFFFFFL;
    long quotientLow = Long.divideUnsigned(lowest, divisor);
    remainder = Long.remainderUnsigned(lowest, divisor);
    return toDouble(
        quotientHigh, quotientMiddle << 32 | quotientLow, remainder != 0, exponent - zeros);
  }

  /** A number that is not negative divided by another, times a power of two. */
  static double divided(BigInteger number, BigInteger divisor, int exponent) {
    if (number.signum() == 0) {
      return 0.0;
    }
    int shift = Math.max(0, 66 + divisor.bitLength() - number.bitLength());
    BigInteger[] parts = number.shiftLeft(shift).divideAndRemainder(divisor);
    int surplus = Math.max(0, parts[0].bitLength() - 64);
    BigInteger top = parts[0].shiftRight(surplus);
    boolean more = parts[1].signum() != 0 || (surplus > 0 && parts[0].getLowestSetBit() < surplus);
    return toDouble(0, top.longValue(), more, exponent - shift + surplus);
  }
}
