package io.decisionstore.dynamodb.sink.rejected;

import io.decisionstore.dynamodb.sink.item.RejectedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds rejected rows until the next checkpoint takes them along. */
public final class CollectedRejections implements Rejections {
  private static final Logger LOG = LoggerFactory.getLogger(CollectedRejections.class);
  private static final long SILENCE_MS = 60_000;

  /** The texts of a row are not all: the record, its strings' headers, its place in the list. */
  private static final int OVERHEAD_BYTES = 200;

  private final String where;
  private final LetterLimits limits;
  private final Counter rejected;
  private final LongSupplier clock;
  private List<RejectedRow> rows = new ArrayList<>();
  private long bytes;
  private long silentUntil = Long.MIN_VALUE;
  private long unsaid;

  /**
   * @param where the table and its place, for sentences
   * @param rejected counts the rows
   * @param clock epoch milliseconds
   */
  public CollectedRejections(
      String where, LetterLimits limits, Counter rejected, LongSupplier clock) {
    this.where = where;
    this.limits = limits;
    this.rejected = rejected;
    this.clock = clock;
  }

  @Override
  public void reject(RejectedRow row) {
    RejectedRow letter = Letter.cut(row, limits.letterBytes());
    rejected.inc();
    say(row.reason());
    bytes += bytes(letter);
    if (bytes > limits.bytesBetweenCheckpoints()) {
      // The input cannot be held back instead: the checkpoint that frees the heap comes with it.
      throw new IllegalStateException(
          "The table %s has rejected more than %d MB of rows on one subtask since the last checkpoint, the last one because %s. Correct what makes them, or checkpoint more often, or raise max_mb_between_checkpoints of dead_letters(...) if the heap has room."
              .formatted(where, limits.bytesBetweenCheckpoints() >> 20, row.reason()));
    }
    rows.add(letter);
  }

  /** The rows since the last call. */
  public List<RejectedRow> take() {
    List<RejectedRow> taken = rows;
    rows = new ArrayList<>();
    bytes = 0;
    return taken;
  }

  /** Whether there are rows that no checkpoint has taken. */
  boolean isEmpty() {
    return rows.isEmpty();
  }

  private void say(String reason) {
    unsaid++;
    long now = clock.getAsLong();
    if (now >= silentUntil) {
      LOG.warn(
          "{} rows for the table {} became dead letters, the last one because {}. This is said once a minute; the metric rejected counts them.",
          unsaid,
          where,
          reason);
      silentUntil = now + SILENCE_MS;
      unsaid = 0;
    }
  }

  private static long bytes(RejectedRow row) {
    // Two bytes a character is the most that a string takes in the heap.
    long characters = (long) length(row.row()) + length(row.reason()) + length(row.key());
    return OVERHEAD_BYTES + 2 * characters;
  }

  private static int length(String text) {
    return text == null ? 0 : text.length();
  }
}
