package io.decisionstore.operators.avro;

import java.nio.charset.StandardCharsets;

/**
 * A place in bytes of Avro's binary encoding. What ends too early or cannot be is an {@link
 * IllegalStateException} or Avro's own, and the place then means nothing any more.
 */
final class AvroBytes {
  private static final int LONGEST_INT = 5;
  private static final int LONGEST_LONG = 10;

  private byte[] bytes;
  private int at;

  /** Begins anew. */
  void read(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
  }

  boolean atEnd() {
    return at == bytes.length;
  }

  private byte next() {
    if (at >= bytes.length) {
      throw new IllegalStateException("it ends too early");
    }
    return bytes[at++];
  }

  boolean readBoolean() {
    return next() == 1;
  }

  int readInt() {
    byte one = next();
    int zigzag = one & 0x7F;
    for (int read = 1; one < 0; read++) {
      if (read == LONGEST_INT) {
        throw new IllegalStateException("an int is too long");
      }
      one = next();
      zigzag |= (one & 0x7F) << (7 * read);
    }
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  long readLong() {
    byte one = next();
    long zigzag = one & 0x7F;
    for (int read = 1; one < 0; read++) {
      if (read == LONGEST_LONG) {
        throw new IllegalStateException("a long is too long");
      }
      one = next();
      zigzag |= (one & 0x7FL) << (7 * read);
    }
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  float readFloat() {
    return Float.intBitsToFloat((int) littleEndian(Float.BYTES));
  }

  double readDouble() {
    return Double.longBitsToDouble(littleEndian(Double.BYTES));
  }

  private long littleEndian(int size) {
    int from = at;
    skip(size);
    long value = 0;
    for (int index = size - 1; index >= 0; index--) {
      value = value << 8 | bytes[from + index] & 0xFF;
    }
    return value;
  }

  /** A text of so many bytes in UTF-8. */
  String readText(int length) {
    int from = at;
    skip(length);
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }

  /** Goes on; a negative length, which would lead back into what was read, is refused. */
  void skip(long length) {
    if (length < 0) {
      throw new IllegalStateException("a length to skip is negative");
    }
    if (length > bytes.length - at) {
      throw new IllegalStateException("it ends too early");
    }
    at += (int) length;
  }
}
