package io.decisionstore.operators.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.datasketches.hash.MurmurHash3;

/** The values of arguments as bytes: what an item can hold of them. */
public final class Arguments {
  /** Characters: one text must not be why an item of 400 KB cannot be written. */
  private static final int MAX_TEXT = 2_048;

  private static final int NULL = 0;
  private static final int STRING = 1;
  private static final int LONG = 2;
  private static final int DOUBLE = 3;
  private static final int TRUE = 4;
  private static final int FALSE = 5;
  private static final long SEED = 9_001;

  private Arguments() {}

  /**
   * A value as an item can hold it: what is not a number and a text that is too long are null; what
   * is beyond DynamoDB's numbers is the nearest one.
   */
  public static Object storable(Object value) {
    if (value instanceof String text) {
      boolean fits = text.length() <= MAX_TEXT || text.codePointCount(0, text.length()) <= MAX_TEXT;
      return fits ? text : null;
    }
    if (value instanceof Double number) {
      return Double.isFinite(number) ? (Double) ExactSum.storable(number) : null;
    }
    return value;
  }

  /** Writes a String, Long, Double, Boolean or null. */
  public static void write(ByteWriter out, Object value) {
    if (value == null) {
      out.oneByte(NULL);
    } else if (value instanceof String text) {
      out.oneByte(STRING);
      out.text(text);
    } else if (value instanceof Long number) {
      out.oneByte(LONG);
      out.signed(number);
    } else if (value instanceof Double number) {
      out.oneByte(DOUBLE);
      out.eightBytes(Double.doubleToLongBits(number));
    } else {
      out.oneByte((Boolean) value ? TRUE : FALSE);
    }
  }

  /** What {@link #write} wrote. */
  public static Object read(ByteReader in) {
    return switch (in.oneByte()) {
      case NULL -> null;
      case STRING -> in.text();
      case LONG -> in.signed();
      case DOUBLE -> Double.longBitsToDouble(in.eightBytes());
      case TRUE -> true;
      case FALSE -> false;
      default -> throw new IllegalStateException("An argument of an unknown type is in the state.");
    };
  }

  /** Reads over what {@link #read} would read. */
  public static void skip(ByteReader in) {
    switch (in.oneByte()) {
      case STRING -> in.skip((int) in.unsigned());
      case LONG -> in.signed();
      case DOUBLE -> in.skip(8);
      default -> {}
    }
  }

  /** Whether all of them are null. */
  static boolean areNull(byte[] arguments) {
    for (byte one : arguments) {
      if (one != NULL) {
        return false;
      }
    }
    return true;
  }

  /** Adds a number to a sum, or takes it back, without making an object of it. */
  static void addTo(ExactSum sum, ByteReader in, boolean back) {
    if (in.oneByte() == LONG) {
      long number = in.signed();
      if (back) {
        sum.subtract(number);
      } else {
        sum.add(number);
      }
    } else {
      double number = Double.longBitsToDouble(in.eightBytes());
      sum.add(back ? -number : number);
    }
  }

  /** A number such that the order of numbers of one type is the order of the results. */
  static long ordered(ByteReader in) {
    if (in.oneByte() == LONG) {
      return in.signed();
    }
    long bits = in.eightBytes();
    return bits ^ bits >> 63 & Long.MAX_VALUE;
  }

  /** The double that {@link #ordered} was made of. */
  static double doubleOf(long ordered) {
    return Double.longBitsToDouble(ordered ^ ordered >> 63 & Long.MAX_VALUE);
  }

  /**
   * What stands for a value where different ones are counted: 64 bits, the same for equal values,
   * and for others by a chance of 2^-64.
   */
  public static long hash(Object value) {
    if (value instanceof String text) {
      byte[] bytes = text.getBytes(UTF_8);
      return bytes.length == 0 ? 0 : MurmurHash3.hash(bytes, SEED)[0];
    }
    long number =
        value instanceof Double real
            ? Double.doubleToLongBits(real + 0.0) // one zero
            : value instanceof Boolean truth ? (truth ? 1L : 0L) : (Long) value;
    return MurmurHash3.hash(new long[] {number}, SEED)[0];
  }
}
