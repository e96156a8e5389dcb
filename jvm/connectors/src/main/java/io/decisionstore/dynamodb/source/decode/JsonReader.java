package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Walks over JSON in a byte array, and makes nothing of what nobody asks for.
 *
 * <p>Objects and lists are walked as {@code for (boolean more = enterObject(); more; more =
 * nextMember())}; the loop's body takes the value or calls {@link #skip()}. What is passed over is
 * checked for its quotes and brackets only, which is enough to notice every truncation.
 */
final class JsonReader {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;

  /** {@code {"?":"} in the order of a little-endian long; the text begins after it. */
  private static final long TEXT_VALUE =
      '{' | '"' << 8 | (long) '"' << 24 | (long) ':' << 32 | (long) '"' << 40;

  private static final long TEXT_VALUE_MASK = 0x0000FFFFFF00FFFFL;
  private static final int TEXT_OFFSET = 6;

  final byte[] body;
  final int end;

  /** The next byte to read. */
  int position;

  /** The name of the member the reader is at, or the string it last read, without its quotes. */
  int textStart;

  int textEnd;

  /** Whether that text holds escapes. */
  boolean textEscaped;

  private final Unescaper unescaper = new Unescaper();
  private RecentTexts recent;
  private final Numbers numbers = new Numbers(this);

  JsonReader(byte[] body, int end) {
    this.body = body;
    this.end = end;
  }

  MalformedPageException malformed(String problem) {
    return new MalformedPageException(problem, position);
  }

  /** The next byte that is not white space, not yet taken. */
  byte peek() throws MalformedPageException {
    while (position < end) {
      byte next = body[position];
      if (next > ' ' || next < 0) {
        return next;
      }
      position++;
    }
    throw malformed("it ends too early");
  }

  /** Whether anything but white space is left. */
  boolean hasMore() {
    int at = position;
    while (at < end && body[at] <= ' ' && body[at] >= 0) {
      at++;
    }
    return at < end;
  }

  boolean isAt(char what) throws MalformedPageException {
    return peek() == what;
  }

  private void take(char what) throws MalformedPageException {
    if (peek() != what) {
      throw malformed("'" + what + "' is missing");
    }
    position++;
  }

  /** Goes into an object; true at its first member's value, false when it has none. */
  boolean enterObject() throws MalformedPageException {
    take('{');
    if (peek() == '}') {
      position++;
      return false;
    }
    takeName();
    return true;
  }

  /** After a value: true at the next member's value, false after the object's end. */
  boolean nextMember() throws MalformedPageException {
    byte next = peek();
    position++;
    if (next == ',') {
      peek();
      takeName();
      return true;
    }
    if (next != '}') {
      throw malformed("'}' is missing");
    }
    return false;
  }

  /** Goes into a list; true at its first element, false when it has none. */
  boolean enterList() throws MalformedPageException {
    take('[');
    if (peek() == ']') {
      position++;
      return false;
    }
    return true;
  }

  /** After an element: true at the next one, false after the list's end. */
  boolean nextElement() throws MalformedPageException {
    byte next = peek();
    position++;
    if (next == ',') {
      peek();
      return true;
    }
    if (next != ']') {
      throw malformed("']' is missing");
    }
    return false;
  }

  private void takeName() throws MalformedPageException {
    takeString();
    take(':');
    peek();
  }

  /** Takes a string; its place is in {@link #textStart} and what follows. */
  void takeString() throws MalformedPageException {
    take('"');
    textStart = position;
    textEnd = closingQuote();
    position = textEnd + 1;
  }

  /** The text last taken. */
  String text() throws MalformedPageException {
    if (!textEscaped) {
      if (recent == null) {
        recent = new RecentTexts();
      }
      return recent.text(body, textStart, textEnd);
    }
    return unescaper.text(body, textStart, textEnd);
  }

  /** The text last taken, as a number. */
  Numbers numbers() {
    return numbers;
  }

  /** Whether the text last taken is this one. */
  boolean textIs(byte[] text) throws MalformedPageException {
    if (textEscaped) {
      return text().equals(new String(text, UTF_8));
    }
    return Arrays.equals(body, textStart, textEnd, text, 0, text.length);
  }

  /**
   * Passes over the attribute value that begins at the position, and notes where its text is.
   *
   * @return the end of the text if the value is written {@code {"S":"text"}}, without white space
   *     (N and B too), negative if the text holds escapes; 0 for any other
   */
  int skipAttribute() throws MalformedPageException {
    int start = position;
    if (start + TEXT_OFFSET + 2 <= end) {
      long eight = (long) EIGHT_BYTES.get(body, start);
      byte tag = (byte) (eight >>> 16);
      if ((eight & TEXT_VALUE_MASK) == TEXT_VALUE && (tag == 'S' || tag == 'N' || tag == 'B')) {
        position = start + TEXT_OFFSET;
        int close = closingQuote();
        if (close + 1 < end && body[close + 1] == '}') {
          position = close + 2;
          return textEscaped ? -close : close;
        }
        position = start;
      }
    }
    skip();
    return 0;
  }

  /** Goes to the text of a value that {@link #skipAttribute} has passed. */
  void seekText(int start, int noted) {
    textStart = start + TEXT_OFFSET;
    textEnd = Math.abs(noted);
    textEscaped = noted < 0;
  }

  /** The tag of such a value. */
  byte textTag(int start) {
    return body[start + 2];
  }

  /** Passes over a value. */
  void skip() throws MalformedPageException {
    switch (peek()) {
      case '"' -> skipString();
      case '{', '[' -> skipContainer();
      default -> skipLiteral();
    }
  }

  private void skipString() throws MalformedPageException {
    position++;
    position = closingQuote() + 1;
  }

  private void skipContainer() throws MalformedPageException {
    int depth = 0;
    while (position < end) {
      switch (body[position]) {
        case '"' -> skipString();
        case '{', '[' -> {
          depth++;
          position++;
        }
        case '}', ']' -> {
          position++;
          if (--depth == 0) {
            return;
          }
        }
        default -> position++;
      }
    }
    throw malformed("it ends too early");
  }

  /** A number, true, false or null. */
  void skipLiteral() throws MalformedPageException {
    int start = position;
    while (position < end && isLiteral(body[position])) {
      position++;
    }
    if (position == start) {
      throw malformed("a value is missing");
    }
  }

  private static boolean isLiteral(byte character) {
    return character >= 'a' && character <= 'z'
        || character >= '0' && character <= '9'
        || character == '-'
        || character == '+'
        || character == '.'
        || character == 'E';
  }

  /** The index of the quote that ends the string at the position; tells whether it has escapes. */
  private int closingQuote() throws MalformedPageException {
    byte[] bytes = body;
    int last = end;
    int at = position;
    boolean escaped = false;
    while (true) {
      // Eight bytes at a time: a byte is zero after the exclusive or exactly where it is the quote.
      // The lowest such mark is right; only those above a true one may be false.
      long marks = 0;
      while (at + 8 <= last) {
        long eight = (long) EIGHT_BYTES.get(bytes, at);
        long quotes = eight ^ QUOTES;
        long backslashes = eight ^ BACKSLASHES;
        marks = ((quotes - ONES) & ~quotes | (backslashes - ONES) & ~backslashes) & HIGH_BITS;
        if (marks != 0) {
          at += Long.numberOfTrailingZeros(marks) >>> 3;
          break;
        }
        at += 8;
      }
      if (marks == 0) {
        while (at < last && bytes[at] != '"' && bytes[at] != '\\') {
          at++;
        }
        if (at >= last) {
          position = last;
          throw malformed("a string does not end");
        }
      }
      if (bytes[at] == '"') {
        textEscaped = escaped;
        return at;
      }
      escaped = true;
      at += 2;
    }
  }
}
