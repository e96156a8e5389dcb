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
    long seconds = 0;
    int at = start;
    while (at < json.position && json.body[at] >= '0' && json.body[at] <= '9' && at < start + 15) {
      seconds = 10 * seconds + json.body[at++] - '0';
    }
    if (at == json.position) {
      return 1000 * seconds;
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
}
