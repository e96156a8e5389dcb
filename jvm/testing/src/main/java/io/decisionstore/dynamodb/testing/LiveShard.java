package io.decisionstore.dynamodb.testing;

/** Grows while it is read; keeps of each record only when it was written. */
final class LiveShard extends GeneratedShard {
  private final long[] writtenAt;

  LiveShard(
      Origin origin, RecordTemplate template, int ordinal, int records, long serverOffsetMillis) {
    super(origin, template, ordinal, 0, serverOffsetMillis);
    this.writtenAt = new long[records];
  }

  /** Writes up to this many records; what is there already stays. */
  void writeUpTo(int records, long nowMicros) {
    int until = Math.min(records, writtenAt.length);
    int from = (int) count();
    for (int i = from; i < until; i++) {
      writtenAt[i] = nowMicros;
    }
    if (until > from) {
      grow(until);
    }
  }

  boolean isFull() {
    return count() == writtenAt.length;
  }

  @Override
  long writtenAtMicros(long index) {
    return writtenAt[(int) index];
  }
}
