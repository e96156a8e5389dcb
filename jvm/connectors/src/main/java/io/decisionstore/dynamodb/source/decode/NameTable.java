package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds names by their bytes, so that a name in a body never becomes a string. */
final class NameTable {
  private final Map<String, Integer> byText = new HashMap<>();
  private final byte[][] names;
  private final int[] indexes;
  private final int mask;

  /** Distinct names; each is found by its index. */
  NameTable(List<String> texts) {
    int size = Integer.highestOneBit(Math.max(4, texts.size() * 4));
    names = new byte[size][];
    indexes = new int[size];
    mask = size - 1;
    for (int i = 0; i < texts.size(); i++) {
      byte[] name = texts.get(i).getBytes(UTF_8);
      int bucket = hash(name, 0, name.length);
      while (names[bucket] != null) {
        bucket = bucket + 1 & mask;
      }
      names[bucket] = name;
      indexes[bucket] = i;
      byText.put(texts.get(i), i);
    }
  }

  /** The index of the name the reader is at; -1: it is none of these. */
  int find(JsonReader reader) throws MalformedPageException {
    if (reader.textEscaped) {
      return byText.getOrDefault(reader.text(), -1);
    }
    int start = reader.textStart;
    int end = reader.textEnd;
    for (int bucket = hash(reader.body, start, end);
        names[bucket] != null;
        bucket = bucket + 1 & mask) {
      byte[] name = names[bucket];
      if (Arrays.equals(reader.body, start, end, name, 0, name.length)) {
        return indexes[bucket];
      }
    }
    return -1;
  }

  /** Length and outer letters tell names apart well enough. */
  private int hash(byte[] bytes, int start, int end) {
    int length = end - start;
    int hash = length;
    if (length > 0) {
      hash = 31 * (31 * (31 * hash + bytes[start]) + bytes[end - 1]) + bytes[start + (length >> 1)];
    }
    return (hash ^ hash >>> 7) & mask;
  }
}
