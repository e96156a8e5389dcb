package io.decisionstore.dynamodb.testing;

import java.math.BigInteger;

/**
 * Sequence numbers as DynamoDB writes them: long decimal strings that are to be compared as
 * numbers. They count up from 999999999999999999990 and so gain a digit at once: whoever compares
 * them as text is found out by the tenth.
 */
final class SequenceNumbers {
  private static final int NARROW = 10;
  private static final String NARROW_DIGITS = "99999999999999999999";
  private static final BigInteger BASE = BigInteger.TEN.pow(21).subtract(BigInteger.TEN);
  private static final int WIDE_DIGITS = 21;

  private SequenceNumbers() {}

  static String text(long number) {
    if (number < NARROW) {
      return NARROW_DIGITS + number;
    }
    return "1%021d".formatted(number - NARROW);
  }

  /** The same without a string in between. */
  static void append(Bytes out, long number) {
    if (number < NARROW) {
      out.ascii(NARROW_DIGITS).digits(number);
    } else {
      out.one('1').padded(number - NARROW, WIDE_DIGITS);
    }
  }

  /**
   * The number of a text; -1 for one before all, Long.MAX_VALUE for one after all.
   *
   * @throws ServiceException it is not 21 to 40 digits, which DynamoDB refuses
   */
  static long parse(String text) {
    if (text == null || !text.matches("\\d{21,40}")) {
      throw ServiceException.invalid("Invalid SequenceNumber: 21 to 40 digits are expected");
    }
    BigInteger number = new BigInteger(text).subtract(BASE);
    if (number.signum() < 0) {
      return -1;
    }
    return number.bitLength() > 62 ? Long.MAX_VALUE : number.longValue();
  }
}
