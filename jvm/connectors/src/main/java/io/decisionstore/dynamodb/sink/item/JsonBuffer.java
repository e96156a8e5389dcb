package io.decisionstore.dynamodb.sink.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;

/** JSON in the making, in UTF-8; may be used again and again. */
public final class JsonBuffer {
  // A large row's buffer is not kept.
  private static final int KEPT = 1 << 16;
  private static final byte[] HEX = "0123456789abcdef".getBytes(UTF_8);

  private byte[] bytes;
  private int length;

  JsonBuffer() {
    this(1024);
  }

  /**
   * @param expected how long it becomes, roughly
   */
  public JsonBuffer(int expected) {
    bytes = new byte[expected];
  }

  /** A text as a JSON string. */
  public static byte[] quoted(String text) {
    return new JsonBuffer(text.length() + 8).known(text).copy();
  }

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

  /** All of it. */
  public byte[] copy() {
    return copy(0);
  }

  byte[] copy(int from) {
    return Arrays.copyOfRange(bytes, from, length);
  }

  void raw(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
  }

  /** What is JSON already. */
  public JsonBuffer raw(byte[] json) {
    return raw(json, 0, json.length);
  }

  JsonBuffer raw(byte[] json, int from, int to) {
    int count = to - from;
    reserve(count);
    System.arraycopy(json, from, bytes, length, count);
    length += count;
    return this;
  }

  /** What is JSON already, of ASCII. */
  @SuppressWarnings("deprecation") // takes the low bytes, which is what ASCII is
  public JsonBuffer raw(String ascii) {
    int count = ascii.length();
    reserve(count);
    ascii.getBytes(0, count, bytes, length);
    length += count;
    return this;
  }

  /** Text of ASCII that needs no escapes, in quotes. */
  void ascii(String text) {
    raw('"');
    raw(text);
    raw('"');
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

  /** Text in quotes that was looked at when it came. */
  public JsonBuffer known(String text) {
    try {
      text(text);
    } catch (Unfit impossible) {
      throw new IllegalStateException("A text " + impossible.reason() + ".", impossible);
    }
    return this;
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
      throw Unfit.halfCharacter();
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
