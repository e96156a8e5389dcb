package io.decisionstore.operators.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Bytes in the making: numbers as short as they are; may be used again and again. */
public final class ByteWriter {
  /** A large value's buffer is not kept. */
  private static final int KEPT = 1 << 16;

  private byte[] bytes = new byte[256];
  private int length;

  public int length() {
    return length;
  }

  /** What was written; valid up to {@link #length} and until the next write. */
  public byte[] bytes() {
    return bytes;
  }

  public byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /** A part of what was written. */
  public byte[] copy(int from) {
    return Arrays.copyOfRange(bytes, from, length);
  }

  public void clear() {
    length = 0;
    if (bytes.length > KEPT) {
      bytes = new byte[KEPT];
    }
  }

  /** Goes back to an earlier length. */
  public void cut(int earlier) {
    length = earlier;
  }

  public void oneByte(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
  }

  public void fourBytes(int value) {
    reserve(4);
    bytes[length++] = (byte) (value >>> 24);
    bytes[length++] = (byte) (value >>> 16);
    bytes[length++] = (byte) (value >>> 8);
    bytes[length++] = (byte) value;
  }

  public void eightBytes(long value) {
    fourBytes((int) (value >>> 32));
    fourBytes((int) value);
  }

  /** The lowest bytes of a number, the highest of them first. */
  void lowest(long value, int count) {
    reserve(count);
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  /** A number that is rarely large or negative: one to ten bytes. */
  public void unsigned(long value) {
    if ((value & ~0x7FL) == 0) {
      oneByte((int) value);
      return;
    }
    reserve(10);
    long left = value;
    while ((left & ~0x7FL) != 0) {
      bytes[length++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[length++] = (byte) left;
  }

  /** A number near zero: one to ten bytes. */
  public void signed(long value) {
    unsigned(value << 1 ^ value >> 63);
  }

  /** Text with its length before it. */
  public void text(String text) {
    byte[] encoded = text.getBytes(UTF_8);
    framed(encoded, 0, encoded.length);
  }

  /** Bytes with their length before them. */
  public void framed(byte[] value, int from, int to) {
    unsigned(to - from);
    raw(value, from, to);
  }

  /**
   * Begins what gets its length before it.
   *
   * @return for {@link #endFrame}
   */
  public int beginFrame() {
    reserve(1);
    return length++;
  }

  /** Ends it: one byte before it was left for its length, and others are made room for. */
  public void endFrame(int begin) {
    int size = length - begin - 1;
    int more = size < 1 << 7 ? 0 : size < 1 << 14 ? 1 : size < 1 << 21 ? 2 : size < 1 << 28 ? 3 : 4;
    reserve(10);
    if (more > 0) {
      System.arraycopy(bytes, begin + 1, bytes, begin + 1 + more, size);
    }
    length = begin;
    unsigned(size);
    length += size;
  }

  /**
   * Begins what gets its length before it, in four bytes.
   *
   * @return for {@link #endFourBytes}
   */
  public int beginFourBytes() {
    fourBytes(0);
    return length;
  }

  /** Ends it. */
  public void endFourBytes(int begin) {
    int end = length;
    length = begin - 4;
    fourBytes(end - begin);
    length = end;
  }

  public void raw(byte[] value, int from, int to) {
    int count = to - from;
    reserve(count);
    System.arraycopy(value, from, bytes, length, count);
    length += count;
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
