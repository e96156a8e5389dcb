package io.decisionstore.dynamodb.sink.item;

import java.math.BigDecimal;
import java.util.Base64;

/**
 * A value of a key; equal for equal numbers, however they were written.
 *
 * @param type S, N or B
 * @param text the string, the number as the shortest plain decimal, or the bytes in base64
 */
public record KeyValue(char type, String text) {

  /**
   * The value of DynamoDB JSON.
   *
   * @param text as it is there
   * @throws IllegalArgumentException if it is no number or no base64
   */
  public static KeyValue of(char type, String text) {
    return new KeyValue(
        type,
        switch (type) {
          case 'N' -> Decimals.plain(new BigDecimal(text));
          case 'B' -> Base64.getEncoder().encodeToString(Base64.getDecoder().decode(text));
          default -> text;
        });
  }
}
