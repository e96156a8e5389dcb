package io.decisionstore.dynamodb.sink.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParser;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonToken;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.StreamReadFeature;

/** Checks and measures DynamoDB JSON that others wrote, without making objects of it. */
final class DynamoDbJson {
  // A name given twice would leave it to chance which value is the key.
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final int CONTAINER = 3;

  /**
   * An attribute of an item.
   *
   * @param tag S, N, B, BOOL, NULL, M, L, SS, NS or BS
   * @param text of S, N and B; else null
   * @param size of the value
   * @param from where its value begins in the bytes
   * @param to where it ends
   */
  record Attribute(String tag, String text, int size, int from, int to) {}

  private final JsonParser parser;
  private String tag;
  private String text;

  private DynamoDbJson(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * The size of an attribute value.
   *
   * @param depth lists and maps around it
   * @throws Unfit if the bytes are not exactly one
   */
  static int sizeOfValue(byte[] json, int depth) throws Unfit {
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      int size = new DynamoDbJson(parser).value(depth, false);
      end(parser);
      return size;
    } catch (IOException broken) {
      throw new Unfit("is no JSON");
    }
  }

  /** The size of an attribute value that was made here. */
  static int sizeOfOurs(byte[] json) {
    try {
      return sizeOfValue(json, 0);
    } catch (Unfit impossible) {
      throw new IllegalStateException(
          "An attribute value " + impossible.reason() + ".", impossible);
    }
  }

  /**
   * The size of an item, or of some of its attributes.
   *
   * @param wanted which attributes are told to {@code found}, as they come
   * @throws Unfit if the bytes are not exactly one item
   */
  static int item(byte[] json, Predicate<String> wanted, Map<String, Attribute> found)
      throws Unfit {
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Unfit("must be an item in DynamoDB JSON: {\"id\":{\"S\":\"a\"}}");
      }
      DynamoDbJson values = new DynamoDbJson(parser);
      int size = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        int nameSize = utf8(parser);
        boolean isWanted = wanted.test(name);
        parser.nextToken();
        int from = isWanted ? (int) parser.currentTokenLocation().getByteOffset() : 0;
        int value;
        try {
          value = values.value(0, isWanted);
        } catch (Unfit unfit) {
          throw unfit.within(name);
        }
        size += nameSize + value;
        if (isWanted) {
          int to = (int) parser.currentLocation().getByteOffset();
          found.put(name, new Attribute(values.tag, values.text, value, from, to));
        }
      }
      end(parser);
      return size;
    } catch (IOException broken) {
      throw new Unfit("is no JSON, or has a name twice");
    }
  }

  /** All attributes of an item, in their order. */
  static Map<String, Attribute> attributes(byte[] json) throws Unfit {
    Map<String, Attribute> found = new LinkedHashMap<>();
    item(json, name -> true, found);
    return found;
  }

  private static void end(JsonParser parser) throws IOException, Unfit {
    if (parser.nextToken() != null) {
      throw new Unfit("goes on after its end");
    }
  }

  /** Takes the value at whose beginning the parser is; leaves it at its end. */
  private int value(int depth, boolean keepsText) throws IOException, Unfit {
    if (parser.currentToken() != JsonToken.START_OBJECT
        || parser.nextToken() != JsonToken.FIELD_NAME) {
      throw new Unfit("must be an attribute value in DynamoDB JSON: {\"S\":\"a\"}");
    }
    String type = parser.currentName();
    JsonToken token = parser.nextToken();
    String kept = null;
    int size =
        switch (type) {
          case "S" -> {
            require(token, JsonToken.VALUE_STRING, type);
            kept = keepsText ? parser.getText() : null;
            yield utf8(parser);
          }
          case "N" -> {
            require(token, JsonToken.VALUE_STRING, type);
            kept = parser.getText();
            yield Decimals.size(Decimals.parsed(kept));
          }
          case "B" -> {
            require(token, JsonToken.VALUE_STRING, type);
            kept = parser.getText();
            yield base64(kept).length;
          }
          case "BOOL" -> {
            if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
              throw malformed(type);
            }
            yield 1;
          }
          case "NULL" -> {
            require(token, JsonToken.VALUE_TRUE, type);
            yield 1;
          }
          case "M" -> {
            require(token, JsonToken.START_OBJECT, type);
            yield map(depth + 1);
          }
          case "L" -> {
            require(token, JsonToken.START_ARRAY, type);
            yield list(depth + 1);
          }
          case "SS", "NS", "BS" -> {
            require(token, JsonToken.START_ARRAY, type);
            yield set(type);
          }
          default -> throw new Unfit("has no type of DynamoDB's");
        };
    if (parser.nextToken() != JsonToken.END_OBJECT) {
      throw new Unfit("has more than one type");
    }
    tag = type;
    text = kept;
    return size;
  }

  private int map(int depth) throws IOException, Unfit {
    checkDepth(depth);
    int size = CONTAINER;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      size += utf8(parser) + 1;
      parser.nextToken();
      try {
        size += value(depth, false);
      } catch (Unfit unfit) {
        throw unfit.within(name);
      }
    }
    return size;
  }

  private int list(int depth) throws IOException, Unfit {
    checkDepth(depth);
    int size = CONTAINER;
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      try {
        size += value(depth, false) + 1;
      } catch (Unfit unfit) {
        throw unfit.at(count);
      }
      count++;
    }
    return size;
  }

  private int set(String type) throws IOException, Unfit {
    Set<String> seen = new HashSet<>();
    int size = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser.currentToken(), JsonToken.VALUE_STRING, type);
      String element = parser.getText();
      if (type.equals("NS")) {
        BigDecimal number = Decimals.parsed(element);
        element = Decimals.plain(number);
        size += Decimals.size(number);
      } else {
        size += type.equals("BS") ? base64(element).length : utf8(parser);
      }
      if (!seen.add(element)) {
        throw new Unfit("is a set with an element twice");
      }
    }
    if (seen.isEmpty()) {
      throw new Unfit("is an empty set, and DynamoDB has none: leave it out");
    }
    return size;
  }

  private static void checkDepth(int depth) throws Unfit {
    if (depth > ValueWriter.DEPTH_LIMIT) {
      throw new Unfit(
          "is nested too deep: DynamoDB takes up to %d levels of lists and maps"
              .formatted(ValueWriter.DEPTH_LIMIT));
    }
  }

  private static void require(JsonToken found, JsonToken expected, String type) throws Unfit {
    if (found != expected) {
      throw malformed(type);
    }
  }

  private static Unfit malformed(String type) {
    return new Unfit("is a malformed " + type);
  }

  private static byte[] base64(String text) throws Unfit {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      throw malformed("B");
    }
  }

  private static int utf8(JsonParser parser) throws IOException, Unfit {
    char[] characters = parser.getTextCharacters();
    int start = parser.getTextOffset();
    int end = start + parser.getTextLength();
    int size = end - start;
    for (int i = start; i < end; i++) {
      char c = characters[i];
      size += moreThanOneByte(c);
      if (Character.isSurrogate(c)) {
        i++;
        if (i == end || !Character.isSurrogatePair(c, characters[i])) {
          throw Unfit.halfCharacter();
        }
        size++;
      }
    }
    return size;
  }

  /** The text's bytes in UTF-8, which has no halves of characters. */
  static byte[] bytes(String text) throws Unfit {
    checkWhole(text);
    return text.getBytes(UTF_8);
  }

  static void checkWhole(String text) throws Unfit {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))
          && Character.charCount(text.codePointAt(i++)) != 2) {
        throw Unfit.halfCharacter();
      }
    }
  }

  /** The bytes of a text in UTF-8. */
  static int utf8(String text) {
    int size = text.length();
    for (int i = 0; i < text.length(); i++) {
      size += moreThanOneByte(text.charAt(i));
    }
    return size;
  }

  // A pair of surrogates has four bytes.
  private static int moreThanOneByte(char c) {
    return c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
  }
}
