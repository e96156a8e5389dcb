package io.decisionstore.dynamodb.testing;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * What a table needs to know of an item that comes in, found in one pass over its JSON: size, key,
 * version, time, and the indexes it belongs to.
 */
final class ItemScan {
  private static final int MOST_NESTING = 32;
  private static final int MOST_PARTITION_KEY = 2_048;
  private static final int MOST_SORT_KEY = 1_024;
  private static final String[] TYPES = {"S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL", "NULL"};

  private final TableSchema schema;
  private final JsonCursor cursor;
  private final String[] types;
  private final byte[][] texts;
  private final int from;
  private final int to;
  private final BigDecimal version;
  private final long createdAt;
  private final int indexes;
  private final int size;
  private int attributes;

  /** Scans the item at the cursor and moves over it. */
  ItemScan(TableSchema schema, JsonCursor cursor) {
    this.schema = schema;
    this.cursor = cursor;
    this.types = new String[schema.watch().names().length];
    this.texts = new byte[types.length][];
    this.from = cursor.position();
    this.size = map(0, true);
    this.to = cursor.end();
    BigDecimal time = number(schema.watch().createdAt(), schema.createdAt());
    this.createdAt = time == null ? -1 : time.longValue();
    this.version = number(schema.watch().version(), schema.version());
    this.indexes = findIndexes();
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /** Bytes, as DynamoDB counts them. */
  int size() {
    return size;
  }

  /** The key of an item that is put. */
  ItemKey keyOfItem() {
    for (int i = 0; i < schema.keys().size(); i++) {
      TableSchema.KeyPart part = schema.keys().get(i);
      if (types[i] == null) {
        throw invalid("Missing the key " + part.attribute() + " in the item");
      }
      if (!types[i].equals(part.type())) {
        throw invalid(
            String.format(
                "Type mismatch for key %s expected: %s actual: %s",
                part.attribute(), part.type(), types[i]));
      }
    }
    return key();
  }

  /** The key of which nothing but the key was given. */
  ItemKey keyAlone() {
    boolean fits = attributes == schema.keys().size();
    for (int i = 0; i < schema.keys().size(); i++) {
      fits &= schema.keys().get(i).type().equals(types[i]);
    }
    if (!fits) {
      throw ServiceException.invalid("The provided key element does not match the schema");
    }
    return key();
  }

  /** Null when it has none. */
  BigDecimal version() {
    return version;
  }

  /** Epoch microseconds; -1 when it has none. */
  long createdAt() {
    return createdAt;
  }

  /** The indexes it belongs to, a bit each. */
  int indexes() {
    return indexes;
  }

  private int findIndexes() {
    int found = 0;
    for (int i = 0; i < schema.watch().indexes().length; i++) {
      String type = types[schema.watch().indexes()[i]];
      TableSchema.Index index = schema.indexes().get(i);
      if (type != null && !type.equals(index.key().type())) {
        throw invalid(
            String.format(
                "Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s",
                index.key().attribute(), index.key().type(), type, index.name()));
      }
      found |= type == null ? 0 : 1 << i;
    }
    return found;
  }

  /** The first of the attributes that spoil it, by its place among them, or -1. */
  int poison() {
    int[] poisons = schema.watch().poisons();
    for (int i = 0; i < poisons.length; i++) {
      if (types[poisons[i]] != null) {
        return i;
      }
    }
    return -1;
  }

  private BigDecimal number(int watched, String attribute) {
    if (watched < 0 || types[watched] == null) {
      return null;
    }
    if (!types[watched].equals("N")) {
      throw ServiceException.invalid(
          "The scripted table reads " + attribute + " as a number, not as " + types[watched]);
    }
    return number(texts[watched]);
  }

  private static BigDecimal number(byte[] ascii) {
    String text = new String(ascii, StandardCharsets.ISO_8859_1);
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException odd) {
      throw ServiceException.invalid(
          "The parameter cannot be converted to a numeric value: " + text);
    }
  }

  private ItemKey key() {
    byte[] partition = part(0);
    byte[] sort = schema.keys().size() > 1 ? part(1) : null;
    if (partition.length > MOST_PARTITION_KEY) {
      throw invalid("Size of hashkey has exceeded the maximum size limit of2048 bytes");
    }
    if (sort != null && sort.length > MOST_SORT_KEY) {
      throw invalid("Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
    }
    return new ItemKey(partition, sort);
  }

  private byte[] part(int index) {
    if (texts[index].length == 0) {
      boolean text = types[index].equals("S");
      throw ServiceException.invalid(
          "One or more parameter values are not valid. The AttributeValue for a key attribute"
              + " cannot contain an empty "
              + (text ? "string" : "binary")
              + " value. Key: "
              + schema.keys().get(index).attribute());
    }
    return types[index].equals("N") ? canonical(texts[index]) : texts[index];
  }

  private static byte[] canonical(byte[] ascii) {
    BigDecimal number = number(ascii);
    String text = number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private int map(int depth, boolean outermost) {
    int sum = 0;
    cursor.take('{');
    if (!cursor.takes('}')) {
      do {
        cursor.string();
        sum += cursor.textLength();
        int watched = outermost ? schema.watch().of(cursor) : -1;
        cursor.take(':');
        sum += value(depth, watched) + (outermost ? 0 : 1);
        attributes += outermost ? 1 : 0;
      } while (cursor.takes(','));
      cursor.take('}');
    }
    return sum;
  }

  private int value(int depth, int watched) {
    if (depth > MOST_NESTING) {
      throw ServiceException.invalid("Nesting Levels have exceeded supported limits");
    }
    cursor.take('{');
    cursor.string();
    String type = type();
    cursor.take(':');
    int bytes =
        switch (type) {
          case "S", "N", "B" -> scalar(type.charAt(0), watched);
          case "SS", "NS", "BS" -> set(type.charAt(0));
          case "L" -> 3 + list(depth);
          case "M" -> 3 + map(depth + 1, false);
          default -> {
            cursor.literal();
            yield 1;
          }
        };
    cursor.take('}');
    if (watched >= 0) {
      types[watched] = type;
    }
    return bytes;
  }

  private String type() {
    int length = cursor.writtenLength();
    for (String type : TYPES) {
      if (type.length() == length
          && type.charAt(0) == cursor.textAt(0)
          && (length == 1 || type.charAt(1) == cursor.textAt(1))) {
        return type;
      }
    }
    throw ServiceException.invalid(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }

  private int scalar(char type, int watched) {
    cursor.string();
    if (watched >= 0) {
      texts[watched] = cursor.textBytes();
    }
    return switch (type) {
      case 'S' -> cursor.textLength();
      case 'N' -> sizeOfNumber();
      default -> cursor.writtenLength() * 3 / 4;
    };
  }

  private int sizeOfNumber() {
    int length = cursor.writtenLength();
    boolean fits = length > 0;
    for (int i = 0; i < length; i++) {
      byte next = cursor.textAt(i);
      fits &= next >= '0' && next <= '9' || "+-.eE".indexOf(next) >= 0;
    }
    if (!fits) {
      throw ServiceException.invalid(
          "The parameter cannot be converted to a numeric value: " + cursor.text());
    }
    return length / 2 + 1;
  }

  private int set(char type) {
    int sum = 0;
    cursor.take('[');
    if (cursor.takes(']')) {
      throw invalid("An " + (type == 'S' ? "string" : "number") + " set  may not be empty");
    }
    do {
      sum += scalar(type, -1);
    } while (cursor.takes(','));
    cursor.take(']');
    return sum;
  }

  private int list(int depth) {
    int sum = 0;
    cursor.take('[');
    if (!cursor.takes(']')) {
      do {
        sum += 1 + value(depth + 1, -1);
      } while (cursor.takes(','));
      cursor.take(']');
    }
    return sum;
  }

  private static ServiceException invalid(String what) {
    return ServiceException.invalid("One or more parameter values were invalid: " + what);
  }
}
