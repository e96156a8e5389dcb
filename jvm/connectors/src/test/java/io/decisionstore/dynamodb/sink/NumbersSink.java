package io.decisionstore.dynamodb.sink;

import io.decisionstore.dynamodb.sink.item.RejectedRow;
import io.decisionstore.dynamodb.sink.rejected.RejectingSink;
import io.decisionstore.dynamodb.sink.rejected.Rejections;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.types.Row;

/**
 * Writes numbers into a set and rejects each tenth, some time after they came; a checkpoint may
 * hold a few that are not written yet, as the real writer's does.
 *
 * @param poisoned the last digit of what is rejected
 */
record NumbersSink(int poisoned) implements RejectingSink<Long> {
  static final Set<Long> WRITTEN = ConcurrentHashMap.newKeySet();

  private static final int HELD = 3;

  @Override
  public StatefulSinkWriter<Row, Long> restoreWriter(
      WriterInitContext context, Collection<Long> state, Rejections rejections) {
    return new Writer(poisoned, rejections, new ArrayDeque<>(state));
  }

  @Override
  public SimpleVersionedSerializer<Long> getWriterStateSerializer() {
    return new Longs();
  }

  @Override
  public String where() {
    return "t at r";
  }

  private record Writer(int poisoned, Rejections rejections, Deque<Long> pending)
      implements StatefulSinkWriter<Row, Long> {

    @Override
    public void write(Row row, Context context) {
      pending.add((Long) row.getField(0));
      settle(2 * HELD);
    }

    private void settle(int left) {
      while (pending.size() > left) {
        long n = pending.poll();
        if (n % 10 == poisoned) {
          rejections.reject(new RejectedRow("t", "n=" + n, "it ends in 3", "{\"n\":" + n + "}", n));
        } else {
          WRITTEN.add(n);
        }
      }
    }

    @Override
    public void flush(boolean endOfInput) {
      settle(endOfInput ? 0 : HELD);
    }

    @Override
    public List<Long> snapshotState(long checkpointId) {
      return List.copyOf(pending);
    }

    @Override
    public void close() {}
  }

  private static final class Longs implements SimpleVersionedSerializer<Long> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(Long n) {
      return ByteBuffer.allocate(Long.BYTES).putLong(n).array();
    }

    @Override
    public Long deserialize(int version, byte[] serialized) {
      return ByteBuffer.wrap(serialized).getLong();
    }
  }
}
