package io.decisionstore.operators.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Reads what a {@link ByteWriter} wrote. */
public final class ByteReader {
  private byte[] bytes;
  private int position;
  private int end;

  public ByteReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public ByteReader(byte[] bytes, int from, int to) {
    reset(bytes, from, to);
  }

  /** Begins anew, with other bytes. */
  public ByteReader reset(byte[] other, int from, int to) {
    bytes = other;
    position = from;
    end = to;
    return this;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int position() {
    return position;
  }

  public int end() {
    return end;
  }

  public boolean hasMore() {
    return position < end;
  }

  public void skip(int count) {
    position += count;
  }

  public int oneByte() {
    return bytes[position++];
  }

  public int fourBytes() {
    return (bytes[position++] & 0xFF) << 24
        | (bytes[position++] & 0xFF) << 16
        | (bytes[position++] & 0xFF) << 8
        | bytes[position++] & 0xFF;
  }

  public long eightBytes() {
    return (long) fourBytes() << 32 | fourBytes() & 0xFFFFFFFFL;
  }

  public long unsigned() {
    long value = bytes[position++];
    if (value >= 0) {
      return value;
    }
    value &= 0x7F;
    for (int shift = 7; ; shift += 7) {
      byte next = bytes[position++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  public long signed() {
    long value = unsigned();
    return value >>> 1 ^ -(value & 1);
  }

  public String text() {
    int count = (int) unsigned();
    position += count;
    return new String(bytes, position - count, count, UTF_8);
  }

  /** Bytes with their length before them. */
  public byte[] framed() {
    return raw((int) unsigned());
  }

  public byte[] raw(int count) {
    position += count;
    return Arrays.copyOfRange(bytes, position - count, position);
  }
}
