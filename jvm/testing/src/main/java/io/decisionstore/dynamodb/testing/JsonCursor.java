package io.decisionstore.dynamodb.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks over JSON in UTF-8 without making objects of it: what a write costs here is taken from
 * whatever is measured beside it. The caller asks for what has to come next; what comes instead is
 * a SerializationException.
 */
final class JsonCursor {
  private static final int MOST_NESTING = 100;

  private final byte[] bytes;
  private int at;
  private int textFrom;
  private int textTo;
  private boolean escaped;

  JsonCursor(byte[] bytes) {
    this(bytes, 0);
  }

  JsonCursor(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
  }

  /** Where the next token begins. */
  int position() {
    peek();
    return at;
  }

  /** Where the last token ended. */
  int end() {
    return at;
  }

  byte peek() {
    while (at < bytes.length) {
      byte next = bytes[at];
      if (next > ' ') {
        return next;
      }
      at++;
    }
    throw malformed();
  }

  void take(char expected) {
    if (peek() != expected) {
      throw malformed();
    }
    at++;
  }

  boolean takes(char perhaps) {
    if (peek() != perhaps) {
      return false;
    }
    at++;
    return true;
  }

  /** Moves over a string, which the methods about text then speak of. */
  void string() {
    take('"');
    byte[] in = bytes;
    int from = at;
    boolean escapes = false;
    for (int i = from; i < in.length; i++) {
      byte next = in[i];
      if (next == '"') {
        textFrom = from;
        textTo = i;
        escaped = escapes;
        at = i + 1;
        return;
      }
      if (next == '\\') {
        escapes = true;
        i++;
      }
    }
    throw malformed();
  }

  /** The next string. */
  String nextText() {
    string();
    return text();
  }

  String text() {
    return escaped
        ? unescaped()
        : new String(bytes, textFrom, textTo - textFrom, StandardCharsets.UTF_8);
  }

  byte[] textBytes() {
    return escaped
        ? unescaped().getBytes(StandardCharsets.UTF_8)
        : Arrays.copyOfRange(bytes, textFrom, textTo);
  }

  /** Bytes of the text in UTF-8. */
  int textLength() {
    return escaped ? textBytes().length : textTo - textFrom;
  }

  boolean textIs(byte[] utf8) {
    return escaped
        ? Arrays.equals(textBytes(), utf8)
        : textTo - textFrom == utf8.length
            && Arrays.equals(bytes, textFrom, textTo, utf8, 0, utf8.length);
  }

  /** The text's byte at an index; of what is written, escapes included. */
  byte textAt(int index) {
    return bytes[textFrom + index];
  }

  int writtenLength() {
    return textTo - textFrom;
  }

  /** Moves over any value. */
  void skip() {
    skip(0);
  }

  private void skip(int depth) {
    if (depth > MOST_NESTING) {
      throw malformed();
    }
    switch (peek()) {
      case '"' -> string();
      case '{' -> {
        take('{');
        if (!takes('}')) {
          do {
            string();
            take(':');
            skip(depth + 1);
          } while (takes(','));
          take('}');
        }
      }
      case '[' -> {
        take('[');
        if (!takes(']')) {
          do {
            skip(depth + 1);
          } while (takes(','));
          take(']');
        }
      }
      default -> literal();
    }
  }

  /** Moves over a number, true, false or null, and says what it was. */
  String literal() {
    int from = position();
    while (at < bytes.length && "+-.0123456789Eaeflnrstu".indexOf(bytes[at]) >= 0) {
      at++;
    }
    if (at == from) {
      throw malformed();
    }
    return new String(bytes, from, at - from, StandardCharsets.ISO_8859_1);
  }

  private String unescaped() {
    String written = new String(bytes, textFrom, textTo - textFrom, StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(written.length());
    for (int i = 0; i < written.length(); i++) {
      char next = written.charAt(i);
      if (next != '\\') {
        out.append(next);
        continue;
      }
      char kind = written.charAt(++i);
      switch (kind) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case '"', '\\', '/' -> out.append(kind);
        case 'u' -> {
          try {
            out.append((char) Integer.parseInt(written, i + 1, i + 5, 16));
          } catch (NumberFormatException | IndexOutOfBoundsException odd) {
            throw malformed();
          }
          i += 4;
        }
        default -> throw malformed();
      }
    }
    return out.toString();
  }

  static ServiceException malformed() {
    return new ServiceException(
        "SerializationException", 400, "The request's body is no JSON of this operation");
  }
}
