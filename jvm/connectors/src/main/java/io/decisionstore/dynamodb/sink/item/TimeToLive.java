package io.decisionstore.dynamodb.sink.item;

/** Epoch milliseconds, as rows have times, as the epoch seconds that DynamoDB's time to live is. */
final class TimeToLive extends ValueWriter {
  /** March 1973; as seconds it is the year 5138. */
  static final long EARLIEST = 100_000_000_000L;

  /** The year 5138; as microseconds it is March 1973. */
  static final long LATEST = 100_000_000_000_000L;

  private static final byte[] OPEN = ascii("{\"N\":");

  @Override
  int write(Object value, JsonBuffer out) throws Unfit {
    if (!(value instanceof Long millis)) {
      throw Unfit.type("a long", value);
    }
    if (millis < EARLIEST || millis >= LATEST) {
      throw new Unfit(
          "is the time to live %d, which is no time of ours in epoch milliseconds%s"
              .formatted(
                  millis, millis <= 0 ? "" : millis < EARLIEST ? ": seconds?" : ": microseconds?"));
    }
    // Upwards: an item is not to go before its time.
    long seconds = (millis + 999) / 1000;
    out.raw(OPEN);
    out.integer(seconds);
    out.raw('}');
    return Decimals.size(seconds);
  }
}
