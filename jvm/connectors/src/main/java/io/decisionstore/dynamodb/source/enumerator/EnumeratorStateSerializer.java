package io.decisionstore.dynamodb.source.enumerator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The enumerator's part of a checkpoint. */
public final class EnumeratorStateSerializer implements SimpleVersionedSerializer<EnumeratorState> {
  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(EnumeratorState state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1024);
    out.writeUTF(state.streamArn());
    out.writeInt(state.shards().size());
    for (Lineage.Shard shard : state.shards()) {
      out.writeUTF(shard.shardId());
      out.writeUTF(shard.parentId() == null ? "" : shard.parentId());
      out.writeUTF(shard.status().name());
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public EnumeratorState deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "The checkpoint holds an enumerator state of version %d; this release reads up to %d: restore it with a newer one."
              .formatted(version, VERSION));
    }
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    String streamArn = in.readUTF();
    int count = in.readInt();
    List<Lineage.Shard> shards = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String shardId = in.readUTF();
      String parentId = in.readUTF();
      Lineage.Status status = Lineage.Status.valueOf(in.readUTF());
      shards.add(new Lineage.Shard(shardId, parentId.isEmpty() ? null : parentId, status));
    }
    return new EnumeratorState(streamArn, shards);
  }
}
