package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** ApproximateCreationDateTime: epoch seconds as a JSON number, {@code 1.7E9} as well. */
final class CreationTime {
  private CreationTime() {}

  /** Takes the number the reader is at as epoch ms; what is no number is unknown. */
  static long take(JsonReader json) throws MalformedPageException {
    byte first = json.peek();
    int start = json.position;
    json.skip();
    if (first < '0' || first > '9') {
      return DecodedPage.UNKNOWN_TIME;
    }
    long time = plain(json.body, start, json.position);
    if (time >= 0) {
      return time;
    }
    try {
      return new BigDecimal(new String(json.body, start, json.position - start, US_ASCII))
          .movePointRight(3)
          .setScale(0, RoundingMode.FLOOR)
          .longValueExact();
    } catch (ArithmeticException | NumberFormatException noTime) {
      return DecodedPage.UNKNOWN_TIME;
    }
  }

  /** Of digits, a point and an exponent of one digit, exactly or not at all (negative). */
  private static long plain(byte[] body, int start, int end) {
    long digits = 0;
    int scale = 0;
    int at = start;
    boolean fraction = false;
    for (; at < end && at < start + 18; at++) {
      int digit = body[at] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = 10 * digits + digit;
        scale += fraction ? 1 : 0;
      } else if (body[at] == '.' && !fraction) {
        fraction = true;
      } else {
        break;
      }
    }
    int exponent = 3 - scale;
    if (at == end - 2 && body[at] == 'E' && body[end - 1] >= '0' && body[end - 1] <= '9') {
      exponent += body[end - 1] - '0';
    } else if (at != end) {
      return -1;
    }
    for (; exponent < 0; exponent++) {
      digits /= 10;
    }
    for (; exponent > 0; exponent--) {
      if (digits > Long.MAX_VALUE / 10) {
        return -1;
      }
      digits *= 10;
    }
    return digits;
  }
}
