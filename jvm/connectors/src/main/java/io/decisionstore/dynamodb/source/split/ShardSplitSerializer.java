package io.decisionstore.dynamodb.source.split;

import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Splits in checkpoints.
 *
 * <p>Version 1 (0.1.0) had the stream, the shard and the position; version 2 adds when the record
 * at the position was written, which records count, and the first iterator.
 */
public final class ShardSplitSerializer implements SimpleVersionedSerializer<ShardSplit> {
  private static final int VERSION = 2;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ShardSplit split) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(256);
    out.writeUTF(split.streamArn());
    out.writeUTF(split.shardId());
    out.writeUTF(split.position());
    out.writeLong(split.writtenAt());
    out.writeLong(split.readUntil());
    out.writeLong(split.from());
    out.writeLong(split.until());
    out.writeUTF(split.iterator() == null ? "" : split.iterator());
    return out.getCopyOfBuffer();
  }

  @Override
  public ShardSplit deserialize(int version, byte[] serialized) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    switch (version) {
      case 1:
        return new ShardSplit(
            in.readUTF(), in.readUTF(), in.readUTF(), 0, 0, 0, Long.MAX_VALUE, null);
      case 2:
        ShardSplit split =
            new ShardSplit(
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                null);
        String iterator = in.readUTF();
        return iterator.isEmpty() ? split : split.startingAt(iterator);
      default:
        throw new IOException(
            "The checkpoint holds shard splits of version %d; this release reads up to %d: restore it with a newer one."
                .formatted(version, VERSION));
    }
  }
}
