package io.decisionstore.operators.avro;

import java.nio.ByteBuffer;

/** Confluent's wire format: a zero byte, the schema's id in four bytes, Avro's binary encoding. */
public final class WireFormat {
  public static final int HEADER_BYTES = 5;
  private static final byte MAGIC = 0;

  private WireFormat() {}

  /** The header before a value written with a schema. */
  public static byte[] header(int schemaId) {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array();
  }

  /**
   * The id of the schema a value was written with.
   *
   * @throws UnreadableEventException it is not in this format
   */
  public static int schemaId(byte[] value) throws UnreadableEventException {
    if (value == null || value.length < HEADER_BYTES || value[0] != MAGIC) {
      throw new UnreadableEventException("the value is not in Confluent's wire format");
    }
    return ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
  }
}
