package io.decisionstore.dynamodb.sink.item;

import java.math.BigDecimal;

/** DynamoDB's numbers: up to 38 digits, and a magnitude of 1E-130 to 9.99…E+125. */
final class Decimals {
  static final int DIGITS = 38;
  static final int HIGHEST_EXPONENT = 125;
  static final int LOWEST_EXPONENT = -130;

  private static final String OUT_OF_RANGE =
      "is out of range: DynamoDB's numbers are from 1E-130 to 9.99E+125 in magnitude";

  private Decimals() {}

  /**
   * The number, if DynamoDB takes it.
   *
   * @return without zeros at its end, so that it has 38 digits at the most
   */
  static BigDecimal checked(BigDecimal number) throws Unfit {
    if (number.signum() == 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal stripped = number.stripTrailingZeros();
    if (stripped.precision() > DIGITS) {
      throw new Unfit(
          "has %d significant digits, and DynamoDB keeps up to %d: round it"
              .formatted(stripped.precision(), DIGITS));
    }
    // Long: a scale may be at the end of the integers.
    long exponent = (long) stripped.precision() - stripped.scale() - 1;
    if (exponent > HIGHEST_EXPONENT || exponent < LOWEST_EXPONENT) {
      throw new Unfit(OUT_OF_RANGE);
    }
    return stripped;
  }

  /** The text of a number that DynamoDB takes. */
  static BigDecimal parsed(String text) throws Unfit {
    try {
      return checked(new BigDecimal(text));
    } catch (NumberFormatException noNumber) {
      throw new Unfit("is no number");
    }
  }

  /** Refuses what DynamoDB has no number for. */
  static void check(double number) throws Unfit {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new Unfit(
          "is %s, and DynamoDB has no such number: send null instead".formatted(number));
    }
    double magnitude = Math.abs(number);
    if (magnitude >= 1e126 || magnitude < 1e-130 && magnitude > 0) {
      throw new Unfit(OUT_OF_RANGE);
    }
  }

  /** Equal for equal numbers. */
  static String plain(BigDecimal checked) {
    return checked.signum() == 0 ? "0" : checked.stripTrailingZeros().toPlainString();
  }

  /** What DynamoDB counts at the least: a byte for two significant digits, and one more. */
  static int size(BigDecimal checked) {
    return checked.signum() == 0 ? 1 : ofDigits(checked.precision());
  }

  /** As of the number of this text. */
  static int size(String number) {
    int digits = 0;
    int zeros = 0;
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      if (c == 'E' || c == 'e') {
        break;
      }
      if (c == '0') {
        zeros++;
      } else if (c > '0' && c <= '9') {
        digits += digits == 0 ? 1 : zeros + 1;
        zeros = 0;
      }
    }
    return ofDigits(digits);
  }

  /** As of this number. */
  static int size(long number) {
    int digits = 0;
    long left = number;
    while (left != 0 && left % 10 == 0) {
      left /= 10;
    }
    while (left != 0) {
      left /= 10;
      digits++;
    }
    return ofDigits(digits);
  }

  private static int ofDigits(int significant) {
    return 1 + (significant + 1) / 2;
  }
}
