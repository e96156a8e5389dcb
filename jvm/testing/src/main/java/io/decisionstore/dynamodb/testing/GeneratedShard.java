package io.decisionstore.dynamodb.testing;

import java.nio.charset.StandardCharsets;

/** Holds no records: they are made from a template when they are read. */
class GeneratedShard extends Shard {
  private record Created(long second, byte[] text) {}

  private final RecordTemplate template;
  private final int ordinal;
  private final long createdAtMicros;
  private final long serverOffsetMillis;
  private volatile int count;
  private volatile Created lastCreated = new Created(Long.MIN_VALUE, new byte[0]);

  /**
   * @param createdAtMicros real time in epoch microseconds
   * @param serverOffsetMillis what the server's time is ahead of it
   */
  GeneratedShard(
      Origin origin,
      RecordTemplate template,
      int ordinal,
      long createdAtMicros,
      long serverOffsetMillis) {
    super(origin);
    this.template = template;
    this.ordinal = ordinal;
    this.createdAtMicros = createdAtMicros;
    this.serverOffsetMillis = serverOffsetMillis;
  }

  void grow(int records) {
    count = records;
  }

  long writtenAtMicros(long index) {
    return createdAtMicros;
  }

  @Override
  long count() {
    return count;
  }

  @Override
  long sequenceAt(long index) {
    return origin().startSequence() + 1 + index;
  }

  @Override
  long createdAt(long index) {
    return writtenAtMicros(index) / 1_000 + serverOffsetMillis;
  }

  @Override
  int sizeAt(long index) {
    return template.sizeBytes();
  }

  @Override
  void append(Bytes out, long index) {
    long writtenAt = writtenAtMicros(index);
    byte[] created = created(writtenAt / 1_000 + serverOffsetMillis);
    template.append(
        out, new RecordTemplate.Own(sequenceAt(index), ordinal, index, writtenAt, created));
  }

  /**
   * Records of one second share the text: to write a double costs more than the rest of the record.
   */
  private byte[] created(long millis) {
    long second = Math.floorDiv(millis, 1_000L);
    Created last = lastCreated;
    if (last.second != second) {
      last = new Created(second, Change.seconds(millis).getBytes(StandardCharsets.US_ASCII));
      lastCreated = last;
    }
    return last.text;
  }
}
