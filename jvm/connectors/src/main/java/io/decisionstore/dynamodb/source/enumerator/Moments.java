package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StreamPosition;
import io.decisionstore.dynamodb.source.config.StreamPosition.Kind;
import io.decisionstore.dynamodb.source.enumerator.EnumeratorState.StreamState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The moments between which records count, fixed at the first start. */
final class Moments {
  /** How much the clock of this machine may go before the stream's. */
  private static final long CLOCK_SKEW_MS = 10_000;

  /** A record carries the second it was written in. */
  private static final long SECOND_MS = 1_000;

  /** The stream counts time in whole seconds, DynamoDB Local in whole minutes. */
  private static final long COARSEST_TIME_MS = 60_000;

  private Moments() {}

  /**
   * Records written before this are passed over; 0: none is.
   *
   * <p>A start at LATEST is rounded down so far that no clock makes a record look older than the
   * start that is not. Only shards that are read from their beginning have records in between.
   */
  static long from(SourceConfig config, long now) {
    return switch (config.start().kind()) {
      case TRIM_HORIZON -> 0;
      case TIMESTAMP -> Math.floorDiv(config.start().atMillis(), SECOND_MS) * SECOND_MS;
      case LATEST -> Math.floorDiv(now - CLOCK_SKEW_MS, COARSEST_TIME_MS) * COARSEST_TIME_MS;
    };
  }

  /**
   * The last moment whose records count; its whole second does, since records carry no finer time.
   *
   * @param kept the moment of the checkpoint; 0 if it has none
   */
  static long until(SourceConfig config, long kept, long now) {
    StreamPosition stop = config.stop();
    if (stop == null) {
      return Long.MAX_VALUE;
    }
    if (stop.kind() == Kind.TIMESTAMP) {
      return stop.atMillis();
    }
    return kept > 0 && kept < Long.MAX_VALUE ? kept : now;
  }

  /**
   * The streams of a checkpoint for a run that ends at another moment than the one it was taken in.
   *
   * <p>Where the earlier run has ended, the new one reads the records behind. Where it has not, its
   * readers hold shards that would end too early.
   */
  static List<StreamState> goOn(EnumeratorState restored, long until) {
    long earlier = restored.until();
    if (earlier == 0 || earlier == Long.MAX_VALUE || earlier == until) {
      return restored.streams();
    }
    List<StreamState> streams = new ArrayList<>();
    for (StreamState state : restored.streams()) {
      Lineage lineage = new Lineage(state.shards());
      if (!state.listed() || !lineage.done() || until < earlier) {
        throw new IllegalStateException(
            ("The checkpoint is of a run that was to end at %s and had not: restore it with the same end first, or"
                    + " start without it.")
                .formatted(Instant.ofEpochMilli(earlier)));
      }
      lineage.unbound();
      streams.add(
          new StreamState(
              state.stream(),
              state.predecessor(),
              Math.max(state.from(), earlier + 1),
              true,
              lineage.shards()));
    }
    return streams;
  }
}
