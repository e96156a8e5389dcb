package io.decisionstore.dynamodb.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * A growing array of bytes with room in front of them, where the HTTP layer puts its head, so that
 * head and body leave in one write. Used again and again by one thread at a time.
 */
final class Bytes {
  static final int ROOM = 512;

  private byte[] array;
  private int end = ROOM;

  Bytes(int capacity) {
    array = new byte[ROOM + capacity];
  }

  void clear() {
    end = ROOM;
  }

  int length() {
    return end - ROOM;
  }

  byte[] array() {
    return array;
  }

  int capacity() {
    return array.length;
  }

  byte[] copy(int from, int to) {
    return Arrays.copyOfRange(array, ROOM + from, ROOM + to);
  }

  byte[] copy() {
    return copy(0, length());
  }

  int crc32() {
    CRC32 crc = new CRC32();
    crc.update(array, ROOM, length());
    return (int) crc.getValue();
  }

  /** Puts the head directly before the body and says where it begins in the array. */
  int prepend(byte[] head) {
    if (head.length > ROOM) {
      throw new IllegalStateException(
          "A response's head of " + head.length + " bytes has no room.");
    }
    System.arraycopy(head, 0, array, ROOM - head.length, head.length);
    return ROOM - head.length;
  }

  Bytes one(char c) {
    reserve(1);
    array[end++] = (byte) c;
    return this;
  }

  Bytes bytes(byte[] bytes) {
    return bytes(bytes, 0, bytes.length);
  }

  Bytes bytes(byte[] bytes, int from, int to) {
    reserve(to - from);
    System.arraycopy(bytes, from, array, end, to - from);
    end += to - from;
    return this;
  }

  @SuppressWarnings(
      "deprecation") // exactly what is wanted of ASCII: the low bytes, without an array in between
  Bytes ascii(String text) {
    reserve(text.length());
    text.getBytes(0, text.length(), array, end);
    end += text.length();
    return this;
  }

  Bytes utf8(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  Bytes digits(long number) {
    int width = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      width++;
    }
    return padded(number, width);
  }

  /** A number with zeros in front. */
  Bytes padded(long number, int width) {
    reserve(width);
    long rest = number;
    for (int at = end + width - 1; at >= end; at--) {
      array[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    end += width;
    return this;
  }

  private void reserve(int more) {
    if (end + more > array.length) {
      array = Arrays.copyOf(array, Math.max(array.length * 2, end + more));
    }
  }
}
