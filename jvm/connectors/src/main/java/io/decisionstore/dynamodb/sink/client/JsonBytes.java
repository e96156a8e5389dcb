package io.decisionstore.dynamodb.sink.client;

import java.util.Arrays;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.io.JsonStringEncoder;

/** JSON in UTF-8, put together from bytes that are JSON already and texts that are not. */
final class JsonBytes {
  private byte[] bytes;
  private int length;

  /**
   * @param expected how long it becomes, roughly
   */
  JsonBytes(int expected) {
    bytes = new byte[expected];
  }

  /** A text as a JSON string: in quotes, escaped. */
  static byte[] quoted(String text) {
    return new JsonBytes(text.length() + 8).text(text).done();
  }

  /** JSON that is ASCII. */
  @SuppressWarnings("deprecation") // the method for ASCII, which is not to be had otherwise
  JsonBytes json(String ascii) {
    makeRoom(ascii.length());
    ascii.getBytes(0, ascii.length(), bytes, length);
    length += ascii.length();
    return this;
  }

  JsonBytes json(byte[] ready) {
    makeRoom(ready.length);
    System.arraycopy(ready, 0, bytes, length, ready.length);
    length += ready.length;
    return this;
  }

  /**
   * A text as a JSON string.
   *
   * @throws IllegalArgumentException if it has no form in UTF-8
   */
  JsonBytes text(String text) {
    byte[] escaped;
    try {
      escaped = JsonStringEncoder.getInstance().quoteAsUTF8(text);
    } catch (IllegalArgumentException lone) {
      throw new IllegalArgumentException(
          "a text holds half of a surrogate pair, which is no character");
    }
    return json("\"").json(escaped).json("\"");
  }

  /** All of it. */
  byte[] done() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  private void makeRoom(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }
}
