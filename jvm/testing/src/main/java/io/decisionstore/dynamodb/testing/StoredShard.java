package io.decisionstore.dynamodb.testing;

import java.util.Arrays;

/** Keeps its records as they go over the wire. */
final class StoredShard extends Shard {
  private record Stored(byte[] json, int size, long sequence, long createdAt) {}

  // Written by one thread at a time; a reader sees what came before the count it has read.
  private volatile Stored[] records = new Stored[16];
  private volatile int count;

  StoredShard(Origin origin) {
    super(origin);
  }

  synchronized void add(byte[] json, int size, long sequence, long createdAt) {
    if (isClosed()) {
      throw new IllegalArgumentException(
          "The shard " + id() + " is closed: put into its children.");
    }
    Stored[] grown = count == records.length ? Arrays.copyOf(records, count * 2) : records;
    grown[count] = new Stored(json, size, sequence, createdAt);
    records = grown;
    count++;
  }

  @Override
  long count() {
    return count;
  }

  @Override
  long sequenceAt(long index) {
    return records[(int) index].sequence;
  }

  @Override
  long createdAt(long index) {
    return records[(int) index].createdAt;
  }

  @Override
  int sizeAt(long index) {
    return records[(int) index].size;
  }

  @Override
  void append(Bytes out, long index) {
    out.bytes(records[(int) index].json);
  }
}
