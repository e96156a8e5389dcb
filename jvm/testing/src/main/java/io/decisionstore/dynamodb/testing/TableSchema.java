package io.decisionstore.dynamodb.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which attributes of an item mean something to a table.
 *
 * @param keys partition key and, if any, sort key
 * @param version a number that rises with every newer state of an item, or null
 * @param createdAt epoch microseconds as a number, or null
 * @param indexes global ones
 */
record TableSchema(
    List<KeyPart> keys, String version, String createdAt, List<Index> indexes, Watch watch) {
  static final int MOST_INDEXES = 30;

  /**
   * An attribute of a key.
   *
   * @param type S, N or B
   */
  record KeyPart(String attribute, String type) {}

  /** A global index, which holds the items that have its attribute. */
  record Index(String name, KeyPart key) {}

  /**
   * The attributes a scan has to look at, each once, and where among them a meaning's is (-1:
   * nowhere).
   */
  record Watch(byte[][] names, int version, int createdAt, int[] indexes, int[] poisons) {
    /** Which of them the cursor's text is, or -1. */
    int of(JsonCursor cursor) {
      for (int i = 0; i < names.length; i++) {
        if (cursor.textIs(names[i])) {
          return i;
        }
      }
      return -1;
    }
  }

  static TableSchema of(List<KeyPart> keys, String version, String createdAt, List<Index> indexes) {
    if (keys.isEmpty() || keys.size() > 2) {
      throw new IllegalArgumentException("A table's key is one attribute or two.");
    }
    if (indexes.size() > MOST_INDEXES) {
      throw new IllegalArgumentException("A table has " + MOST_INDEXES + " indexes at most.");
    }
    List<KeyPart> all = new ArrayList<>(keys);
    indexes.forEach(index -> all.add(index.key()));
    for (KeyPart part : all) {
      if (!Set.of("S", "N", "B").contains(part.type())) {
        throw new IllegalArgumentException(
            "A key's type is S, N or B, not \"" + part.type() + "\".");
      }
    }
    return new TableSchema(keys, version, createdAt, indexes, null).watching(List.of());
  }

  /**
   * The same, looking at these attributes too.
   *
   * @param poisons those whose presence alone spoils an item
   */
  TableSchema watching(List<String> poisons) {
    List<String> names = new ArrayList<>();
    keys.forEach(key -> names.add(key.attribute()));
    int[] indexed = indexes.stream().mapToInt(i -> place(names, i.key().attribute())).toArray();
    int[] poisoned = poisons.stream().mapToInt(name -> place(names, name)).toArray();
    int versionAt = place(names, version);
    int createdAtAt = place(names, createdAt);
    byte[][] bytes =
        names.stream().map(n -> n.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    Watch watch = new Watch(bytes, versionAt, createdAtAt, indexed, poisoned);
    return new TableSchema(keys, version, createdAt, indexes, watch);
  }

  private static int place(List<String> names, String name) {
    if (name == null) {
      return -1;
    }
    if (!names.contains(name)) {
      names.add(name);
    }
    return names.indexOf(name);
  }
}
