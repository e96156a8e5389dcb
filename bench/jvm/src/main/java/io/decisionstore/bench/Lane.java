package io.decisionstore.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/** One thread's records; written by that thread only. */
public final class Lane {
  /** One count a millisecond, rounded up; what takes longer is counted in the last. */
  static final int LONGEST_MS = 120_000;

  private final Meter meter;
  private final AtomicLongArray latencies = new AtomicLongArray(LONGEST_MS + 1);
  private volatile long records;
  private volatile long fields;
  private volatile boolean finished;

  Lane(Meter meter) {
    this.meter = meter;
  }

  /**
   * Counts a record.
   *
   * @param presentFields of the declared fields, those that are there
   * @param writtenAt epoch microseconds; 0 when latency is not asked for
   */
  @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
  public void record(int presentFields, long writtenAt) {
    records++;
    fields += presentFields;
    if (writtenAt != 0 && meter.isInWindow()) {
      long taken = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) - writtenAt;
      int place = (int) Math.max(0, Math.min(LONGEST_MS, (taken + 999) / 1_000));
      latencies.lazySet(place, latencies.get(place) + 1);
    }
  }

  /** There will be no more. */
  public void finish() {
    finished = true;
  }

  boolean isFinished() {
    return finished;
  }

  long records() {
    return records;
  }

  long fields() {
    return fields;
  }

  long took(int milliseconds) {
    return latencies.get(milliseconds);
  }
}
