package io.decisionstore.operators.avro;

import io.decisionstore.operators.plan.RegisteredSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.types.Row;

/**
 * Writes rows of {@link RowTypes} as Avro in Confluent's wire format, without a generic record
 * between. Not for several threads.
 */
public final class RowEncoder {
  private final Schema schema;
  private final byte[] header;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
  private BinaryEncoder encoder;

  public RowEncoder(RegisteredSchema registered) {
    this.schema = registered.parsed();
    this.header = WireFormat.header(registered.id());
  }

  /**
   * The row as a Kafka value.
   *
   * @throws IllegalArgumentException a field that must not be null is null
   */
  public byte[] encode(Row row) {
    bytes.reset();
    bytes.writeBytes(header);
    encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
    try {
      write(schema, row, schema.getName());
      encoder.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // memory does not fail
    }
    return bytes.toByteArray();
  }

  private void write(Schema type, Object value, String path) throws IOException {
    if (value == null && type.getType() != Schema.Type.UNION) {
      throw new IllegalArgumentException(path + " must not be null");
    }
    switch (type.getType()) {
      case RECORD -> {
        Row row = (Row) value;
        for (Schema.Field field : type.getFields()) {
          write(field.schema(), row.getField(field.pos()), field.name());
        }
      }
      case ARRAY -> {
        List<?> items = (List<?>) value;
        encoder.writeArrayStart();
        encoder.setItemCount(items.size());
        for (Object item : items) {
          encoder.startItem();
          write(type.getElementType(), item, path);
        }
        encoder.writeArrayEnd();
      }
      case MAP -> {
        Map<?, ?> entries = (Map<?, ?>) value;
        encoder.writeMapStart();
        encoder.setItemCount(entries.size());
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
          encoder.startItem();
          encoder.writeString((String) entry.getKey());
          write(type.getValueType(), entry.getValue(), path);
        }
        encoder.writeMapEnd();
      }
      case UNION -> {
        Schema branch = value == null ? null : RowTypes.withoutNull(type);
        encoder.writeIndex(
            branch == null ? type.getIndexNamed("null") : type.getTypes().indexOf(branch));
        if (branch == null) {
          encoder.writeNull();
        } else {
          write(branch, value, path);
        }
      }
      case STRING -> encoder.writeString((String) value);
      case ENUM -> encoder.writeEnum(type.getEnumOrdinal((String) value));
      case INT -> encoder.writeInt((Integer) value);
      case LONG -> encoder.writeLong((Long) value);
      case FLOAT -> encoder.writeFloat((Float) value);
      case DOUBLE -> encoder.writeDouble((Double) value);
      case BOOLEAN -> encoder.writeBoolean((Boolean) value);
      default -> throw new IllegalArgumentException("Rows cannot hold Avro's " + type.getType());
    }
  }
}
