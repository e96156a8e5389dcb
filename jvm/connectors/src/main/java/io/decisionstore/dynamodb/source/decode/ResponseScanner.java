package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Finds where to read on without reading the records.
 *
 * <p>DynamoDB sends the iterator before the records or after them, so the first member and the last
 * one are looked at; else the top level is walked. Records may hold the same text.
 */
public final class ResponseScanner {
  private static final byte[] NAME = "NextShardIterator".getBytes(US_ASCII);
  private static final byte[] RECORDS = "Records".getBytes(US_ASCII);

  private ResponseScanner() {}

  /**
   * The iterator of the next page, or null: the shard has ended.
   *
   * <p>A cut-off body may still tell it: only what {@link PageDecoder} reads is known to be whole.
   *
   * @throws MalformedPageException if the body does not tell
   */
  public static String nextIterator(byte[] body, int length) throws MalformedPageException {
    JsonReader reader = new JsonReader(body, length);
    boolean more = reader.enterObject();
    if (more && reader.textIs(NAME) && reader.isAt('"')) {
      reader.takeString();
      return reader.text();
    }
    String last = lastMember(body, length);
    if (last != null) {
      return last;
    }
    String found = null;
    boolean hasRecords = false;
    for (; more; more = reader.nextMember()) {
      if (reader.textIs(NAME)) {
        found = value(reader);
      } else {
        hasRecords |= reader.textIs(RECORDS);
        reader.skip();
      }
    }
    if (!hasRecords) {
      throw reader.malformed("there are no Records"); // an error's JSON must not end a shard
    }
    return found;
  }

  private static String value(JsonReader reader) throws MalformedPageException {
    if (reader.isAt('"')) {
      reader.takeString();
      return reader.text();
    }
    int start = reader.position;
    reader.skip();
    if (!"null".equals(new String(reader.body, start, reader.position - start, UTF_8))) {
      throw reader.malformed("NextShardIterator is no string");
    }
    return null;
  }

  /**
   * The iterator if it is the last member. The body's last brace ends the top level; a string right
   * before it that has no backslash begins at the nearest quote, so that is a member's value, and
   * the name before it is a name and not text of a record.
   */
  private static String lastMember(byte[] body, int length) {
    int at = before(body, length);
    if (at < 0 || body[at] != '}') {
      return null;
    }
    int close = before(body, at);
    if (close < 0 || body[close] != '"') {
      return null;
    }
    int open = close - 1;
    while (open >= 0 && body[open] != '"') {
      if (body[open] == '\\') {
        return null;
      }
      open--;
    }
    int colon = before(body, open);
    if (colon < 0 || body[colon] != ':') {
      return null;
    }
    int nameEnd = before(body, colon);
    int nameStart = nameEnd - NAME.length;
    if (nameStart < 2
        || body[nameEnd] != '"'
        || body[nameStart - 1] != '"'
        || !Arrays.equals(body, nameStart, nameEnd, NAME, 0, NAME.length)) {
      return null;
    }
    int separator = before(body, nameStart - 1);
    if (separator < 0 || body[separator] != ',') {
      return null;
    }
    return new String(body, open + 1, close - open - 1, UTF_8);
  }

  /** The last byte before a position that is not white space; -1: none. */
  private static int before(byte[] body, int position) {
    int at = position - 1;
    while (at >= 0 && body[at] <= ' ' && body[at] >= 0) {
      at--;
    }
    return at;
  }
}
