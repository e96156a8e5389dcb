package io.decisionstore.dynamodb.sink.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;

/** JSON in the making; used again and again, so that a row costs one copy of its bytes. */
final class JsonBuffer {
  // A large row's buffer is not kept.
  private static final int KEPT = 1 << 16;
  private static final byte[] HEX = "0123456789abcdef".getBytes(UTF_8);

  private byte[] bytes = new byte[1024];
  private int length;

  int length() {
    return length;
  }

  /** Goes back to an earlier length. */
  void cut(int earlier) {
    length = earlier;
  }

  void clear() {
    length = 0;
    if (bytes.length > KEPT) {
      bytes = new byte[KEPT];
    }
  }

  byte[] copy(int from) {
    return Arrays.copyOfRange(bytes, from, length);
  }

  void raw(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
  }

  void raw(byte[] json) {
    reserve(json.length);
    System.arraycopy(json, 0, bytes, length, json.length);
    length += json.length;
  }

  /** Text of ASCII that needs no escapes, in quotes. */
  @SuppressWarnings("deprecation") // takes the low bytes, which is what ASCII is
  void ascii(String text) {
    int count = text.length();
    reserve(count + 2);
    bytes[length++] = '"';
    text.getBytes(0, count, bytes, length);
    length += count;
    bytes[length++] = '"';
  }

  /** An integer in quotes. */
  void integer(long value) {
    if (value == Long.MIN_VALUE) {
      ascii(Long.toString(value));
      return;
    }
    reserve(22);
    bytes[length++] = '"';
    long left = value;
    if (left < 0) {
      bytes[length++] = '-';
      left = -left;
    }
    int end = length + digits(left);
    int at = end;
    do {
      bytes[--at] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left != 0);
    bytes[end] = '"';
    length = end + 1;
  }

  private static int digits(long value) {
    int digits = 1;
    for (long power = 10; digits < 19 && value >= power; power *= 10) {
      digits++;
    }
    return digits;
  }

  /** Bytes as base64 in quotes. */
  void base64(byte[] value) {
    raw('"');
    raw(Base64.getEncoder().encode(value));
    raw('"');
  }

  /**
   * Text in quotes.
   *
   * @return its bytes in UTF-8, which is what DynamoDB counts
   * @throws Unfit if it is none that UTF-8 has
   */
  int text(String text) throws Unfit {
    int count = text.length();
    reserve(count + 2);
    int start = length;
    bytes[length++] = '"';
    byte[] to = bytes;
    int at = length;
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= 0x80 || c < ' ' || c == '"' || c == '\\') {
        length = at;
        return text(text, i, start);
      }
      to[at++] = (byte) c;
    }
    to[at++] = '"';
    length = at;
    return count;
  }

  /** From the first character on that is not as it is in the bytes. */
  private int text(String text, int from, int start) throws Unfit {
    int count = text.length();
    int escapes = 0;
    for (int i = from; i < count; i++) {
      char c = text.charAt(i);
      reserve(count - i + 7);
      if (c < 0x80) {
        int before = length;
        ascii(c);
        escapes += length - before - 1;
      } else if (c < 0x800) {
        bytes[length++] = (byte) (0xC0 | c >> 6);
        bytes[length++] = (byte) (0x80 | c & 0x3F);
      } else if (!Character.isSurrogate(c)) {
        bytes[length++] = (byte) (0xE0 | c >> 12);
        bytes[length++] = (byte) (0x80 | c >> 6 & 0x3F);
        bytes[length++] = (byte) (0x80 | c & 0x3F);
      } else {
        surrogate(text, i++);
      }
    }
    raw('"');
    return length - start - 2 - escapes;
  }

  private void surrogate(String text, int at) throws Unfit {
    int point = text.codePointAt(at);
    if (Character.charCount(point) != 2) {
      throw new Unfit("has half a character (a lone surrogate), and UTF-8 has whole ones only");
    }
    bytes[length++] = (byte) (0xF0 | point >> 18);
    bytes[length++] = (byte) (0x80 | point >> 12 & 0x3F);
    bytes[length++] = (byte) (0x80 | point >> 6 & 0x3F);
    bytes[length++] = (byte) (0x80 | point & 0x3F);
  }

  private void ascii(char c) {
    if (c >= ' ') {
      if (c == '"' || c == '\\') {
        bytes[length++] = '\\';
      }
      bytes[length++] = (byte) c;
      return;
    }
    bytes[length++] = '\\';
    switch (c) {
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[c >> 4];
        bytes[length++] = HEX[c & 0xF];
      }
    }
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
