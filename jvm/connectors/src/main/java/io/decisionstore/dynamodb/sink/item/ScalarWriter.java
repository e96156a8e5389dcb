package io.decisionstore.dynamodb.sink.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;

/** Values without parts: most of all values, so each type has its own short way. */
abstract class ScalarWriter extends ValueWriter {
  private final char tag;
  private final byte[] open;

  private ScalarWriter(char tag) {
    this.tag = tag;
    this.open = ascii("{\"" + tag + "\":");
  }

  static ScalarWriter of(Scalar scalar, int depth) {
    return switch (scalar) {
      case STRING -> new OfString();
      case LONG -> new OfInteger("a long", true);
      case INT -> new OfInteger("an int", false);
      case DOUBLE -> new OfDouble();
      case DECIMAL -> new OfDecimal();
      case BYTES -> new OfBytes();
      case BOOLEAN -> new OfBoolean();
      case JSON -> new OfJson(depth);
    };
  }

  /** S, N or B. */
  final char tag() {
    return tag;
  }

  @Override
  int write(Object value, JsonBuffer out) throws Unfit {
    out.raw(open);
    int size = quoted(value, out);
    out.raw('}');
    return size;
  }

  /**
   * What stands within the tag.
   *
   * @return its size
   */
  abstract int quoted(Object value, JsonBuffer out) throws Unfit;

  /** The text within the quotes, the same for equal values; also of a null, which it refuses. */
  abstract String canonical(Object value) throws Unfit;

  /** What a canonical text counts. */
  int sizeOf(String canonical) {
    return Decimals.size(canonical);
  }

  private static boolean isInt(Object value) {
    return value instanceof Integer || value instanceof Short || value instanceof Byte;
  }

  private static final class OfString extends ScalarWriter {
    OfString() {
      super('S');
    }

    @Override
    int quoted(Object value, JsonBuffer out) throws Unfit {
      return out.text(canonical(value));
    }

    @Override
    String canonical(Object value) throws Unfit {
      if (value instanceof String text) {
        return text;
      }
      throw Unfit.type("a string", value);
    }

    @Override
    int sizeOf(String canonical) {
      return canonical.getBytes(UTF_8).length;
    }
  }

  private static final class OfInteger extends ScalarWriter {
    private final String expected;
    private final boolean takesLong;

    OfInteger(String expected, boolean takesLong) {
      super('N');
      this.expected = expected;
      this.takesLong = takesLong;
    }

    @Override
    int quoted(Object value, JsonBuffer out) throws Unfit {
      long number = number(value);
      out.integer(number);
      return Decimals.size(number);
    }

    @Override
    String canonical(Object value) throws Unfit {
      return Long.toString(number(value));
    }

    private long number(Object value) throws Unfit {
      if (isInt(value) || takesLong && value instanceof Long) {
        return ((Number) value).longValue();
      }
      throw Unfit.type(expected, value);
    }
  }

  private static final class OfDouble extends ScalarWriter {
    /** Up to here a double holds each integer. */
    private static final double EXACT = 1L << 53;

    OfDouble() {
      super('N');
    }

    @Override
    int quoted(Object value, JsonBuffer out) throws Unfit {
      if (value instanceof Double number
          && Math.abs(number) <= EXACT
          && number == number.longValue()) {
        out.integer(number.longValue());
        return Decimals.size(number.longValue());
      }
      String text = text(value);
      out.ascii(text);
      return Decimals.size(text);
    }

    @Override
    String canonical(Object value) throws Unfit {
      return Decimals.plain(new BigDecimal(text(value)));
    }

    private static String text(Object value) throws Unfit {
      // A float's own digits: as a double, 0.1 would be 0.10000000149011612.
      if (value instanceof Double || value instanceof Float) {
        Decimals.check(((Number) value).doubleValue());
      } else if (!(value instanceof Long || isInt(value))) {
        throw Unfit.type("a double", value);
      }
      return value.toString();
    }
  }

  private static final class OfDecimal extends ScalarWriter {
    OfDecimal() {
      super('N');
    }

    @Override
    int quoted(Object value, JsonBuffer out) throws Unfit {
      BigDecimal number = number(value);
      out.ascii(number.toString());
      return Decimals.size(number);
    }

    @Override
    String canonical(Object value) throws Unfit {
      return Decimals.plain(number(value));
    }

    private static BigDecimal number(Object value) throws Unfit {
      if (value instanceof BigDecimal decimal) {
        return Decimals.checked(decimal);
      }
      if (value instanceof BigInteger integer) {
        return Decimals.checked(new BigDecimal(integer));
      }
      if (value instanceof Long || isInt(value)) {
        return Decimals.checked(BigDecimal.valueOf(((Number) value).longValue()));
      }
      throw Unfit.type("a decimal", value);
    }
  }

  private static final class OfBytes extends ScalarWriter {
    OfBytes() {
      super('B');
    }

    @Override
    int quoted(Object value, JsonBuffer out) throws Unfit {
      byte[] bytes = bytes(value);
      out.base64(bytes);
      return bytes.length;
    }

    @Override
    String canonical(Object value) throws Unfit {
      return Base64.getEncoder().encodeToString(bytes(value));
    }

    @Override
    int sizeOf(String canonical) {
      return Base64.getDecoder().decode(canonical).length;
    }

    private static byte[] bytes(Object value) throws Unfit {
      if (value instanceof byte[] bytes) {
        return bytes;
      }
      throw Unfit.type("bytes", value);
    }
  }

  private static final class OfBoolean extends ScalarWriter {
    private static final byte[] TRUE = ascii("{\"BOOL\":true}");
    private static final byte[] FALSE = ascii("{\"BOOL\":false}");

    OfBoolean() {
      super('?');
    }

    @Override
    int write(Object value, JsonBuffer out) throws Unfit {
      if (!(value instanceof Boolean bool)) {
        throw Unfit.type("a boolean", value);
      }
      out.raw(bool ? TRUE : FALSE);
      return 1;
    }

    @Override
    int quoted(Object value, JsonBuffer out) {
      throw new IllegalStateException("A boolean is no text.");
    }

    @Override
    String canonical(Object value) {
      throw new IllegalStateException("A boolean is no key.");
    }
  }

  /** Text that is DynamoDB JSON already; its bytes are kept. */
  private static final class OfJson extends ScalarWriter {
    private final int depth;

    OfJson(int depth) {
      super('?');
      this.depth = depth;
    }

    @Override
    int write(Object value, JsonBuffer out) throws Unfit {
      if (!(value instanceof String text)) {
        throw Unfit.type("the text of an attribute value", value);
      }
      byte[] json = DynamoDbJson.bytes(text);
      int size = DynamoDbJson.sizeOfValue(json, depth);
      out.raw(json);
      return size;
    }

    @Override
    int quoted(Object value, JsonBuffer out) {
      throw new IllegalStateException("JSON is no text.");
    }

    @Override
    String canonical(Object value) {
      throw new IllegalStateException("JSON is no key.");
    }
  }
}
