package io.decisionstore.dynamodb.sink.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.Row;

/**
 * Writes values of one declared type as DynamoDB JSON; a subclass for each type that has parts.
 *
 * <p>Sizes are those DynamoDB counts: a list or a map has 3 bytes, and 1 for each element.
 */
abstract class ValueWriter {
  /** What {@link #write} returns for a value that DynamoDB has only as a null: an empty set. */
  static final int NOTHING = -1;

  /** Levels of lists and maps that DynamoDB takes. */
  static final int DEPTH_LIMIT = 32;

  static final byte[] NULL = ascii("{\"NULL\":true}");

  private static final byte[] LIST = ascii("{\"L\":[");
  private static final byte[] MAP = ascii("{\"M\":{");
  static final byte[] END_LIST = ascii("]}");
  private static final byte[] END_MAP = ascii("}}");
  private static final int CONTAINER = 3;

  /**
   * A writer of a type.
   *
   * @param writesNulls whether a null in a map or a row is written
   * @param depth lists and maps around the value
   */
  static ValueWriter of(FieldType type, boolean writesNulls, int depth) {
    if (type instanceof Scalar scalar) {
      return ScalarWriter.of(scalar, depth);
    }
    if (type instanceof SetOf set) {
      return new SetWriter(set);
    }
    if (depth >= DEPTH_LIMIT) {
      throw new IllegalArgumentException(
          "DynamoDB takes up to %d levels of lists and maps.".formatted(DEPTH_LIMIT));
    }
    if (type instanceof RowOf row) {
      return new OfRow(row, writesNulls, depth + 1);
    }
    return type instanceof ListOf list
        ? new OfList(of(list.element(), writesNulls, depth + 1))
        : new OfMap(of(((MapOf) type).value(), writesNulls, depth + 1), writesNulls);
  }

  /**
   * Writes a value, such as {@code {"S":"a"}}.
   *
   * @param value not null
   * @return its size, or {@link #NOTHING} if nothing was written
   */
  abstract int write(Object value, JsonBuffer out) throws Unfit;

  static byte[] ascii(String text) {
    return text.getBytes(UTF_8);
  }

  /** {@code "name":} */
  static byte[] member(String name) {
    JsonBuffer json = new JsonBuffer();
    try {
      json.text(name);
    } catch (Unfit noText) {
      throw new IllegalArgumentException(
          "The attribute %s: it %s.".formatted(name, noText.reason()));
    }
    json.raw(':');
    return json.copy();
  }

  static Collection<?> elements(Object value, String expected) throws Unfit {
    if (value instanceof Collection<?> collection) {
      return collection;
    }
    if (value instanceof Object[] array) {
      return Arrays.asList(array);
    }
    if (value.getClass().isArray() && !(value instanceof byte[])) {
      Object[] boxed = new Object[Array.getLength(value)];
      for (int i = 0; i < boxed.length; i++) {
        boxed[i] = Array.get(value, i);
      }
      return Arrays.asList(boxed);
    }
    throw Unfit.type(expected, value);
  }

  private static final class OfList extends ValueWriter {
    private final ValueWriter element;

    OfList(ValueWriter element) {
      this.element = element;
    }

    @Override
    int write(Object value, JsonBuffer out) throws Unfit {
      out.raw(LIST);
      int size = CONTAINER;
      int count = 0;
      for (Object each : elements(value, "a list")) {
        if (count > 0) {
          out.raw(',');
        }
        // A null is written whatever the rules say: without it the others would change places.
        int written = NOTHING;
        try {
          written = each == null ? NOTHING : element.write(each, out);
        } catch (Unfit unfit) {
          throw unfit.at(count);
        }
        if (written == NOTHING) {
          out.raw(NULL);
          written = 1;
        }
        size += written + 1;
        count++;
      }
      out.raw(END_LIST);
      return size;
    }
  }

  private static final class OfMap extends ValueWriter {
    private final ValueWriter element;
    private final boolean writesNulls;

    OfMap(ValueWriter element, boolean writesNulls) {
      this.element = element;
      this.writesNulls = writesNulls;
    }

    @Override
    int write(Object value, JsonBuffer out) throws Unfit {
      if (!(value instanceof Map<?, ?> map)) {
        throw Unfit.type("a map", value);
      }
      out.raw(MAP);
      int size = CONTAINER;
      boolean first = true;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (!(entry.getKey() instanceof String key)) {
          throw Unfit.type("a map with text keys", entry.getKey());
        }
        int before = out.length();
        if (!first) {
          out.raw(',');
        }
        int name = out.text(key);
        out.raw(':');
        int written;
        try {
          written = nullable(element, entry.getValue(), writesNulls, out);
        } catch (Unfit unfit) {
          throw unfit.within(key);
        }
        if (written == NOTHING) {
          out.cut(before);
        } else {
          first = false;
          size += name + written + 1;
        }
      }
      out.raw(END_MAP);
      return size;
    }
  }

  /** A value or a null; {@link #NOTHING} if there is to be no such member. */
  static int nullable(ValueWriter writer, Object value, boolean writesNulls, JsonBuffer out)
      throws Unfit {
    int written = value == null ? NOTHING : writer.write(value, out);
    if (written == NOTHING && writesNulls) {
      out.raw(NULL);
      return 1;
    }
    return written;
  }

  private static final class OfRow extends ValueWriter {
    private final RowLayout layout;
    private final List<Field> fields;
    private final byte[][] members;
    private final int[] nameSizes;
    private final ValueWriter[] writers;
    private final boolean writesNulls;

    OfRow(RowOf row, boolean writesNulls, int depth) {
      this.fields = row.fields();
      this.layout = new RowLayout(fields.stream().map(Field::name).toList());
      this.members = fields.stream().map(field -> member(field.attribute())).toArray(byte[][]::new);
      this.nameSizes =
          fields.stream().mapToInt(field -> field.attribute().getBytes(UTF_8).length).toArray();
      this.writers =
          fields.stream()
              .map(field -> of(field.type(), writesNulls, depth))
              .toArray(ValueWriter[]::new);
      this.writesNulls = writesNulls;
    }

    @Override
    int write(Object value, JsonBuffer out) throws Unfit {
      if (!(value instanceof Row row)) {
        throw Unfit.type("a row", value);
      }
      String problem = layout.problem(row);
      if (problem != null) {
        throw new Unfit(problem);
      }
      out.raw(MAP);
      int size = CONTAINER;
      boolean first = true;
      for (int i = 0; i < writers.length; i++) {
        int before = out.length();
        if (!first) {
          out.raw(',');
        }
        out.raw(members[i]);
        int written;
        try {
          written = nullable(writers[i], layout.value(row, i), writesNulls, out);
        } catch (Unfit unfit) {
          throw unfit.within(fields.get(i).name());
        }
        if (written == NOTHING) {
          out.cut(before);
        } else {
          first = false;
          size += nameSizes[i] + written + 1;
        }
      }
      out.raw(END_MAP);
      return size;
    }
  }
}
