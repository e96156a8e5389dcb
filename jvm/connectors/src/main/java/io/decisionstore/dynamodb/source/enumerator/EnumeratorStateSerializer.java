package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.enumerator.EnumeratorState.StreamState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The enumerator's part of a checkpoint.
 *
 * <p>Version 1 (0.1.0) had one stream and its shards; version 2 has several, when the checkpoint
 * was taken, and which records count.
 */
public final class EnumeratorStateSerializer implements SimpleVersionedSerializer<EnumeratorState> {
  private static final int VERSION = 2;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(EnumeratorState state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1024);
    out.writeLong(state.takenAt());
    out.writeLong(state.until());
    out.writeInt(state.streams().size());
    for (StreamState stream : state.streams()) {
      out.writeUTF(stream.stream());
      out.writeUTF(stream.predecessor() == null ? "" : stream.predecessor());
      out.writeLong(stream.from());
      out.writeBoolean(stream.listed());
      out.writeInt(stream.shards().size());
      for (Lineage.Shard shard : stream.shards()) {
        out.writeUTF(shard.shardId());
        out.writeUTF(shard.parentId() == null ? "" : shard.parentId());
        out.writeUTF(shard.status().name());
        out.writeLong(shard.readUntil());
      }
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public EnumeratorState deserialize(int version, byte[] serialized) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    switch (version) {
      case 1:
        return new EnumeratorState(
            0, 0, List.of(new StreamState(in.readUTF(), null, 0, true, shards(in, version))));
      case 2:
        long takenAt = in.readLong();
        long until = in.readLong();
        int count = in.readInt();
        List<StreamState> streams = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          streams.add(
              new StreamState(
                  in.readUTF(),
                  orNull(in.readUTF()),
                  in.readLong(),
                  in.readBoolean(),
                  shards(in, version)));
        }
        return new EnumeratorState(takenAt, until, streams);
      default:
        throw new IOException(
            "The checkpoint holds an enumerator state of version %d; this release reads up to %d: restore it with a newer one."
                .formatted(version, VERSION));
    }
  }

  private static List<Lineage.Shard> shards(DataInputDeserializer in, int version)
      throws IOException {
    int count = in.readInt();
    List<Lineage.Shard> shards = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      shards.add(
          new Lineage.Shard(
              in.readUTF(),
              orNull(in.readUTF()),
              Lineage.Status.valueOf(in.readUTF()),
              version == 1 ? 0 : in.readLong()));
    }
    return shards;
  }

  private static String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
