package io.decisionstore.dynamodb.sink.config;

import java.io.Serializable;

/**
 * How much of the table the sink takes, all subtasks together.
 *
 * @param fixedWriteUnits write units a second; 0: as the table's own capacity says
 * @param targetShare of a provisioned table's write units, or of an on-demand table's maximum
 */
public record Capacity(double fixedWriteUnits, double targetShare) implements Serializable {
  /** What is left over is for the error of the measure and for the pauses between two requests. */
  public static final double DEFAULT_SHARE = 0.98;

  public Capacity {
    if (!(fixedWriteUnits >= 0) || Double.isInfinite(fixedWriteUnits)) {
      throw new IllegalArgumentException("A fixed capacity is a number of write units a second.");
    }
    if (!(targetShare > 0 && targetShare <= 1)) {
      throw new IllegalArgumentException(
          "A target share is more than 0 and at most 1, not %s.".formatted(targetShare));
    }
  }

  /** As the table says. */
  public static Capacity auto(double targetShare) {
    return new Capacity(0, targetShare);
  }

  /** Whatever the table says. */
  public static Capacity fixed(double writeUnits) {
    if (!(writeUnits > 0)) {
      throw new IllegalArgumentException("A fixed capacity is more than 0 write units a second.");
    }
    return new Capacity(writeUnits, DEFAULT_SHARE);
  }
}
