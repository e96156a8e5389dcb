package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

/** JSON strings as Java's; keeps a buffer, since a payload of JSON text is full of escapes. */
final class Unescaper {
  private byte[] buffer = new byte[0];

  String text(byte[] body, int start, int end) throws MalformedPageException {
    if (buffer.length < end - start) {
      buffer = new byte[Math.max(1024, Integer.highestOneBit(end - start) << 1)];
    }
    int length = 0;
    int at = start;
    while (at < end) {
      byte next = body[at++];
      if (next != '\\') {
        buffer[length++] = next;
        continue;
      }
      byte escape = body[at++];
      if (escape != 'u') {
        buffer[length++] = plain(escape, at);
        continue;
      }
      int point = hex(body, at, end);
      at += 4;
      if (Character.isHighSurrogate((char) point)
          && at + 6 <= end
          && body[at] == '\\'
          && body[at + 1] == 'u') {
        int low = hex(body, at + 2, end);
        if (Character.isLowSurrogate((char) low)) {
          point = Character.toCodePoint((char) point, (char) low);
          at += 6;
        }
      }
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        return withLoneSurrogates(body, start, end); // UTF-8 cannot say it
      }
      length = encode(point, length);
    }
    return new String(buffer, 0, length, UTF_8);
  }

  private int encode(int point, int at) {
    byte[] out = buffer;
    if (point < 0x80) {
      out[at++] = (byte) point;
    } else if (point < 0x800) {
      out[at++] = (byte) (0xC0 | point >> 6);
      out[at++] = (byte) (0x80 | point & 0x3F);
    } else if (point < 0x10000) {
      out[at++] = (byte) (0xE0 | point >> 12);
      out[at++] = (byte) (0x80 | point >> 6 & 0x3F);
      out[at++] = (byte) (0x80 | point & 0x3F);
    } else {
      out[at++] = (byte) (0xF0 | point >> 18);
      out[at++] = (byte) (0x80 | point >> 12 & 0x3F);
      out[at++] = (byte) (0x80 | point >> 6 & 0x3F);
      out[at++] = (byte) (0x80 | point & 0x3F);
    }
    return at;
  }

  private static String withLoneSurrogates(byte[] body, int start, int end)
      throws MalformedPageException {
    StringBuilder text = new StringBuilder();
    int at = start;
    while (at < end) {
      int run = at;
      while (run < end && body[run] != '\\') {
        run++;
      }
      text.append(new String(body, at, run - at, UTF_8));
      at = run;
      if (at < end) {
        byte escape = body[at + 1];
        at += 2;
        if (escape == 'u') {
          text.append((char) hex(body, at, end));
          at += 4;
        } else {
          text.append((char) plain(escape, at));
        }
      }
    }
    return text.toString();
  }

  private static byte plain(byte escape, int at) throws MalformedPageException {
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> throw new MalformedPageException("there is no such escape", at);
    };
  }

  private static int hex(byte[] body, int at, int end) throws MalformedPageException {
    if (at + 4 > end) {
      throw new MalformedPageException("an escape is cut off", at);
    }
    int value = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = body[i] < 0 ? -1 : Character.digit((char) body[i], 16);
      if (digit < 0) {
        throw new MalformedPageException("an escape is no hexadecimal number", i);
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
