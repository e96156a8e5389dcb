package io.decisionstore.dynamodb.sink.rejected;

import java.io.Serializable;

/**
 * How much is taken into dead letters.
 *
 * @param letterBytes bytes of a letter as JSON; a row that makes it longer is cut, since a place
 *     that refuses the letter would fail the job for ever
 * @param bytesBetweenCheckpoints heap that the rejected rows of a subtask take between two
 *     checkpoints; beyond it the job fails
 */
public record LetterLimits(int letterBytes, long bytesBetweenCheckpoints) implements Serializable {
  private static final int SMALLEST_LETTER = 10_000;

  /** Kafka takes a record of 1,048,576 bytes unless told otherwise. */
  public static final LetterLimits DEFAULT = new LetterLimits(1_000_000, 64L << 20);

  public LetterLimits {
    if (letterBytes < SMALLEST_LETTER) {
      throw new IllegalArgumentException(
          "A dead letter has at least %d bytes, so that key and reason fit, not %d."
              .formatted(SMALLEST_LETTER, letterBytes));
    }
    if (bytesBetweenCheckpoints < 2L * letterBytes + SMALLEST_LETTER) {
      throw new IllegalArgumentException(
          "Dead letters need room for one between two checkpoints: at least twice its %d bytes."
              .formatted(letterBytes));
    }
  }
}
