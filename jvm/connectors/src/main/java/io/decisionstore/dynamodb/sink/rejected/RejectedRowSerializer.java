package io.decisionstore.dynamodb.sink.rejected;

import io.decisionstore.dynamodb.sink.item.RejectedRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Rejected rows between the writer and what follows it; they may be in a checkpoint's channels. */
public final class RejectedRowSerializer implements SimpleVersionedSerializer<RejectedRow> {
  private static final int VERSION = 1;
  private static final int NULL = -1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(RejectedRow row) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    write(row.table(), out);
    write(row.key(), out);
    write(row.reason(), out);
    write(row.row(), out);
    out.writeLong(row.rejectedAt());
    return bytes.toByteArray();
  }

  @Override
  public RejectedRow deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "Rejected rows of version %d cannot be read; this release reads version %d: restore with the release that wrote them."
              .formatted(version, VERSION));
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
    return new RejectedRow(read(in), read(in), read(in), read(in), in.readLong());
  }

  // Not writeUTF, which ends at 64 KB.
  private static void write(String text, DataOutputStream out) throws IOException {
    if (text == null) {
      out.writeInt(NULL);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String read(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length == NULL ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
