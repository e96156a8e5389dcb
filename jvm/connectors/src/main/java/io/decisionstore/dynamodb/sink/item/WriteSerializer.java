package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.WriteMode.Kind;
import io.decisionstore.dynamodb.sink.item.DynamoDbJson.Attribute;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Addend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Delete;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Put;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Update;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Writes in checkpoints: a letter, then DynamoDB JSON. Key and version are found anew, since the
 * restored job's declaration says what they are.
 *
 * <p>P and an item; D and a key; U and three objects with their lengths: the key, what is set, what
 * is added. Version 1 held items as typed attributes.
 */
public final class WriteSerializer implements SimpleVersionedSerializer<ItemWrite> {
  private static final int VERSION = 2;

  private final SinkConfig config;
  private final ItemReader items;
  private final KeyJson keys;

  public WriteSerializer(SinkConfig config) {
    this.config = config;
    this.items = new ItemReader(config);
    this.keys = new KeyJson(config);
  }

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ItemWrite write) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(write.size() + 64);
    if (write instanceof Put put) {
      out.writeByte('P');
      out.write(put.item());
    } else if (write instanceof Delete delete) {
      out.writeByte('D');
      out.write(keys.of(delete.key()));
    } else if (write instanceof Update update) {
      out.writeByte('U');
      writeBytes(out, keys.of(update.key()));
      writeBytes(out, object(update.set()));
      Map<String, byte[]> add = new LinkedHashMap<>();
      update.add().forEach((name, addend) -> add.put(name, Addends.json(addend)));
      writeBytes(out, object(add));
    }
    return out.getCopyOfBuffer();
  }

  private static byte[] object(Map<String, byte[]> values) {
    JsonBuffer json = new JsonBuffer();
    char before = '{';
    for (Map.Entry<String, byte[]> each : values.entrySet()) {
      json.raw(before);
      json.raw(ValueWriter.member(each.getKey()));
      json.raw(each.getValue());
      before = ',';
    }
    if (values.isEmpty()) {
      json.raw('{');
    }
    json.raw('}');
    return json.copy();
  }

  @Override
  public ItemWrite deserialize(int version, byte[] serialized) throws IOException {
    if (version < 1 || version > VERSION) {
      throw new IOException(
          "The checkpoint holds writes of version %d; this release reads up to %d: restore it with a newer one."
              .formatted(version, VERSION));
    }
    try {
      ItemWrite write =
          version == 1 ? items.restored(FirstVersion.json(serialized)) : read(serialized);
      checkMode(write);
      return write;
    } catch (Unfit changed) {
      throw new IOException(
          "The checkpoint's writes do not fit the sink as it is declared now: %s. Restore it with the declaration it was made with, stop the job with a savepoint, and change it then."
              .formatted(changed.reason()),
          changed);
    }
  }

  private ItemWrite read(byte[] serialized) throws IOException, Unfit {
    byte[] rest = Arrays.copyOfRange(serialized, 1, serialized.length);
    return switch (serialized[0]) {
      case 'P' -> items.restored(rest);
      case 'D' -> new Delete(items.key(DynamoDbJson.attributes(rest)));
      case 'U' -> update(new DataInputDeserializer(rest));
      default -> throw new IOException("The checkpoint holds an unknown write " + serialized[0]);
    };
  }

  private Update update(DataInputDeserializer in) throws IOException, Unfit {
    Map<String, Attribute> keyAttributes = DynamoDbJson.attributes(readBytes(in));
    byte[] json = readBytes(in);
    Map<String, Attribute> setAttributes = DynamoDbJson.attributes(json);
    byte[] addJson = readBytes(in);
    Map<String, byte[]> set = new LinkedHashMap<>();
    setAttributes.forEach((name, value) -> set.put(name, bytes(json, value)));
    Map<String, Addend> add = new LinkedHashMap<>();
    Map<String, Attribute> addAttributes = DynamoDbJson.attributes(addJson);
    for (Map.Entry<String, Attribute> each : addAttributes.entrySet()) {
      add.put(each.getKey(), Addends.of(each.getValue().tag(), bytes(addJson, each.getValue())));
    }
    int size = size(keyAttributes) + size(setAttributes) + size(addAttributes);
    return new Update(items.key(keyAttributes), items.version(setAttributes), size, set, add);
  }

  private static byte[] bytes(byte[] json, Attribute value) {
    return Arrays.copyOfRange(json, value.from(), value.to());
  }

  private static int size(Map<String, Attribute> attributes) {
    int size = 0;
    for (Map.Entry<String, Attribute> each : attributes.entrySet()) {
      size += DynamoDbJson.utf8(each.getKey()) + each.getValue().size();
    }
    return size;
  }

  private void checkMode(ItemWrite write) throws Unfit {
    Kind kind = config.mode().kind();
    boolean fits =
        write instanceof Put
            ? kind == Kind.PUT || kind == Kind.PUT_IF_NEWER
            : write instanceof Delete ? kind != Kind.PUT_IF_NEWER : kind == Kind.UPDATE;
    if (!fits) {
      throw new Unfit(
          "it does not %s in the mode %s"
              .formatted(
                  write instanceof Put
                      ? "replace items"
                      : write instanceof Delete ? "delete items" : "update items",
                  kind.name().toLowerCase(java.util.Locale.ROOT)));
    }
  }

  private static void writeBytes(DataOutputSerializer out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputDeserializer in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  /** Items as version 1 left them: typed attributes. */
  private static final class FirstVersion {
    static byte[] json(byte[] serialized) throws IOException, Unfit {
      DataInputDeserializer in = new DataInputDeserializer(serialized);
      JsonBuffer json = new JsonBuffer();
      char before = '{';
      for (int left = in.readInt(); left > 0; left--) {
        json.raw(before);
        before = ',';
        json.raw(ValueWriter.member(text(in)));
        byte type = in.readByte();
        switch (type) {
          case 'S', 'N' -> {
            json.raw("{\"" + (char) type + "\":");
            json.text(text(in));
          }
          case 'B' -> {
            json.raw("{\"B\":");
            json.base64(readBytes(in));
          }
          case '?' -> json.raw("{\"BOOL\":" + in.readBoolean());
          default -> throw new IOException("The checkpoint holds an unknown type " + type);
        }
        json.raw('}');
      }
      json.raw('}');
      return json.copy();
    }

    private static String text(DataInputDeserializer in) throws IOException {
      return new String(readBytes(in), StandardCharsets.UTF_8);
    }
  }
}
