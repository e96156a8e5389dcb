package io.decisionstore.dynamodb.source.decode;

import java.math.BigDecimal;

/**
 * DynamoDB's numbers, which are texts of up to 38 digits, from their bytes. Short ones, nearly all,
 * are read without a string.
 */
final class Numbers {
  /** So many digits fit a long, whatever they are. */
  private static final int SAFE_DIGITS = 18;

  /** Up to here a double holds each integer, and each power of ten up to 22. */
  private static final long EXACT_IN_DOUBLE = 1L << 53;

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18
  };

  private final JsonReader reader;
  private boolean negative;
  private long digits;
  private int scale;

  Numbers(JsonReader reader) {
    this.reader = reader;
  }

  /**
   * The text last taken as an integer.
   *
   * @throws ArithmeticException if it has a fraction or does not fit
   * @throws NumberFormatException if it is no number
   */
  long longValue() throws MalformedPageException {
    return plain() && scale == 0 ? signed() : decimal(reader.text()).longValueExact();
  }

  /** As {@link #longValue}. */
  int intValue() throws MalformedPageException {
    return Math.toIntExact(longValue());
  }

  /**
   * The double nearest to the text last taken.
   *
   * @throws ArithmeticException if it is beyond the doubles
   * @throws NumberFormatException if it is no number
   */
  double doubleValue() throws MalformedPageException {
    if (plain() && digits <= EXACT_IN_DOUBLE) {
      double exact = digits / POWERS_OF_TEN[scale];
      return negative ? -exact : exact;
    }
    String text = reader.text();
    decimal(text); // parseDouble alone takes NaN and hexadecimal numbers as well
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new ArithmeticException();
    }
    return value;
  }

  /**
   * The text last taken, digit for digit.
   *
   * @throws NumberFormatException if it is no number
   */
  BigDecimal decimalValue() throws MalformedPageException {
    return plain() ? BigDecimal.valueOf(signed(), scale) : decimal(reader.text());
  }

  /** Takes apart what is only a sign, a few digits and a point. */
  private boolean plain() {
    byte[] body = reader.body;
    int at = reader.textStart;
    int end = reader.textEnd;
    negative = at < end && body[at] == '-';
    if (negative) {
      at++;
    }
    if (end - at < 1 || end - at > SAFE_DIGITS) {
      return false;
    }
    long value = 0;
    int point = -1;
    for (int i = at; i < end; i++) {
      int digit = body[i] - '0';
      if (digit >= 0 && digit <= 9) {
        value = 10 * value + digit;
      } else if (body[i] == '.' && point < 0 && i > at && i + 1 < end) {
        point = i;
      } else {
        return false;
      }
    }
    digits = value;
    scale = point < 0 ? 0 : end - 1 - point;
    return true;
  }

  private long signed() {
    return negative ? -digits : digits;
  }

  private static BigDecimal decimal(String text) {
    if (text.length() > 200) {
      // Bounded by DynamoDB to 38 digits; BigDecimal would take time squared to its length.
      throw new NumberFormatException();
    }
    return new BigDecimal(text);
  }
}
