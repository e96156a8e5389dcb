package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Texts of a page; a short one that came before, such as a status, is the same string again instead
 * of a new one.
 */
final class RecentTexts {
  private static final int MAX_LENGTH = 32;
  private static final int SIZE = 128;

  private final String[] texts = new String[SIZE];
  private final int[] starts = new int[SIZE];
  private final int[] ends = new int[SIZE];

  String text(byte[] body, int start, int end) {
    int length = end - start;
    if (length > MAX_LENGTH || length == 0) {
      return new String(body, start, length, UTF_8);
    }
    int hash = 31 * (31 * length + body[end - 1]) + body[start + (length >> 1)];
    int slot = (hash ^ hash >>> 7) & SIZE - 1;
    String recent = texts[slot];
    if (recent != null && Arrays.equals(body, starts[slot], ends[slot], body, start, end)) {
      return recent;
    }
    String text = new String(body, start, length, UTF_8);
    texts[slot] = text;
    starts[slot] = start;
    ends[slot] = end;
    return text;
  }
}
