package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items in checkpoints: their attributes only. Key and version are found anew, since the restored
 * job's declaration says what they are.
 */
public final class ItemSerializer implements SimpleVersionedSerializer<Item> {
  private static final int VERSION = 1;

  private final SinkConfig config;

  public ItemSerializer(SinkConfig config) {
    this.config = config;
  }

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(Item item) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(item.size() + 64);
    out.writeInt(item.attributes().size());
    for (Map.Entry<String, AttributeValue> attribute : item.attributes().entrySet()) {
      AttributeValue value = attribute.getValue();
      writeText(out, attribute.getKey());
      switch (value.type()) {
        case S -> {
          out.writeByte('S');
          writeText(out, value.s());
        }
        case N -> {
          out.writeByte('N');
          writeText(out, value.n());
        }
        case B -> {
          out.writeByte('B');
          writeBytes(out, value.b().asByteArrayUnsafe());
        }
        case BOOL -> {
          out.writeByte('?');
          out.writeBoolean(value.bool());
        }
        default -> throw new IOException("The sink writes no attributes of type " + value.type());
      }
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public Item deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "The checkpoint holds items of version %d; this release reads up to %d: restore it with a newer one."
              .formatted(version, VERSION));
    }
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = readText(in);
      byte type = in.readByte();
      attributes.put(
          name,
          switch (type) {
            case 'S' -> AttributeValue.fromS(readText(in));
            case 'N' -> AttributeValue.fromN(readText(in));
            case 'B' -> AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(readBytes(in)));
            case '?' -> AttributeValue.fromBool(in.readBoolean());
            default -> throw new IOException("The checkpoint holds an unknown type " + type);
          });
    }
    try {
      return Item.of(config, attributes);
    } catch (IllegalArgumentException changed) {
      throw new IOException(
          "The checkpoint's items do not fit the sink as it is declared now: "
              + changed.getMessage(),
          changed);
    }
  }

  // writeUTF ends at 64 KB; an attribute may have 400.
  private static void writeText(DataOutputSerializer out, String text) throws IOException {
    writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void writeBytes(DataOutputSerializer out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputDeserializer in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(DataInputDeserializer in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }
}
