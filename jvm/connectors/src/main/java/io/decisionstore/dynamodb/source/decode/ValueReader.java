package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.Row;

/** Reads attribute values of one declared type; a subclass for each type that has parts. */
abstract class ValueReader {
  private final FieldType type;

  private ValueReader(FieldType type) {
    this.type = type;
  }

  static ValueReader of(FieldType type) {
    if (type instanceof RowOf row) {
      return new OfRow(row);
    }
    if (type instanceof ListOf list) {
      return new OfList(list);
    }
    if (type instanceof MapOf map) {
      return new OfMap(map);
    }
    if (type instanceof SetOf set) {
      return new OfSet(set);
    }
    return new OfScalar((Scalar) type);
  }

  /**
   * Takes the attribute value the reader is at, such as {@code {"S":"a"}}; null for a NULL.
   *
   * @throws Misfit if it is not of the type
   */
  Object read(JsonReader json) throws Misfit, MalformedPageException {
    if (!json.isAt('{') || !json.enterObject()) {
      throw new Misfit(type.label(), "no attribute value");
    }
    AttributeTag tag = AttributeTag.at(json);
    Object value = null;
    if (tag == null) {
      throw misfit(json.text());
    } else if (tag == AttributeTag.NULL && json.isAt('t')) {
      json.skip();
    } else {
      value = content(tag, json);
    }
    while (json.nextMember()) {
      json.skip();
    }
    return value;
  }

  /** Takes what follows the tag. */
  abstract Object content(AttributeTag tag, JsonReader json) throws Misfit, MalformedPageException;

  final Misfit misfit(Object got) {
    return new Misfit(type.label(), got.toString());
  }

  /** The tag whose text {@link #ofText} reads; 0: this type is no text. */
  byte textTag() {
    return 0;
  }

  /** The value of the text the reader has taken. */
  Object ofText(JsonReader json) throws Misfit, MalformedPageException {
    throw new IllegalStateException(type.label());
  }

  /** What stands for a NULL in a list. */
  Object nullElement() throws Misfit {
    throw misfit(AttributeTag.NULL);
  }

  private static final class OfScalar extends ValueReader {
    private final Scalar scalar;

    OfScalar(Scalar scalar) {
      super(scalar);
      this.scalar = scalar;
    }

    @Override
    Object read(JsonReader json) throws Misfit, MalformedPageException {
      if (scalar != Scalar.JSON) {
        return super.read(json);
      }
      json.peek();
      int start = json.position;
      boolean isNull = super.read(json) == null;
      return isNull ? null : new String(json.body, start, json.position - start, UTF_8);
    }

    @Override
    Object nullElement() throws Misfit {
      return scalar == Scalar.JSON ? "{\"NULL\":true}" : super.nullElement();
    }

    @Override
    Object content(AttributeTag tag, JsonReader json) throws Misfit, MalformedPageException {
      switch (scalar) {
        case BOOLEAN:
          return bool(tag, json);
        case JSON:
          json.skip();
          return true;
        default:
          if (tag != tag(scalar)) {
            throw misfit(tag);
          }
          if (!json.isAt('"')) {
            throw misfit("a malformed " + tag);
          }
          json.takeString();
          return ofText(json);
      }
    }

    private Boolean bool(AttributeTag tag, JsonReader json) throws Misfit, MalformedPageException {
      if (tag != AttributeTag.BOOL) {
        throw misfit(tag);
      }
      byte first = json.peek();
      if (first != 't' && first != 'f') {
        throw misfit("a malformed BOOL");
      }
      json.skip();
      return first == 't';
    }

    static AttributeTag tag(Scalar scalar) {
      return switch (scalar) {
        case STRING -> AttributeTag.S;
        case BYTES -> AttributeTag.B;
        case BOOLEAN -> AttributeTag.BOOL;
        default -> AttributeTag.N;
      };
    }

    @Override
    byte textTag() {
      boolean isText = scalar != Scalar.BOOLEAN && scalar != Scalar.JSON;
      return isText ? (byte) tag(scalar).name().charAt(0) : 0;
    }

    @Override
    Object ofText(JsonReader json) throws Misfit, MalformedPageException {
      try {
        return switch (scalar) {
          case STRING -> json.text();
          case LONG -> json.numbers().longValue();
          case INT -> json.numbers().intValue();
          case DOUBLE -> json.numbers().doubleValue();
          case DECIMAL -> json.numbers().decimalValue();
          case BYTES -> bytes(json);
          default -> throw new IllegalStateException(scalar.name());
        };
      } catch (NumberFormatException noNumber) {
        throw misfit("a malformed N");
      } catch (ArithmeticException doesNotFit) {
        String what = scalar == Scalar.DOUBLE ? "" : " with a fraction or";
        throw misfit("N%s out of range".formatted(what));
      } catch (IllegalArgumentException notBase64) {
        throw misfit("a malformed B");
      }
    }

    private static byte[] bytes(JsonReader json) throws MalformedPageException {
      byte[] text =
          json.textEscaped
              ? json.text().getBytes(UTF_8)
              : Arrays.copyOfRange(json.body, json.textStart, json.textEnd);
      return Base64.getDecoder().decode(text);
    }
  }

  private static final class OfSet extends ValueReader {
    private final OfScalar element;
    private final AttributeTag tag;

    OfSet(SetOf set) {
      super(set);
      element = new OfScalar(set.element());
      tag =
          switch (OfScalar.tag(set.element())) {
            case S -> AttributeTag.SS;
            case B -> AttributeTag.BS;
            default -> AttributeTag.NS;
          };
    }

    @Override
    Object content(AttributeTag found, JsonReader json) throws Misfit, MalformedPageException {
      if (found != tag) {
        throw misfit(found);
      }
      if (!json.isAt('[')) {
        throw misfit("a malformed " + found);
      }
      List<Object> values = new ArrayList<>();
      for (boolean more = json.enterList(); more; more = json.nextElement()) {
        if (!json.isAt('"')) {
          throw misfit("a malformed " + found);
        }
        json.takeString();
        try {
          values.add(element.ofText(json));
        } catch (Misfit misfit) {
          throw misfit.at(values.size());
        }
      }
      return values;
    }
  }

  private static final class OfList extends ValueReader {
    private final ValueReader element;

    OfList(ListOf list) {
      super(list);
      element = of(list.element());
    }

    @Override
    Object content(AttributeTag tag, JsonReader json) throws Misfit, MalformedPageException {
      if (tag != AttributeTag.L) {
        throw misfit(tag);
      }
      if (!json.isAt('[')) {
        throw misfit("a malformed L");
      }
      List<Object> values = new ArrayList<>();
      for (boolean more = json.enterList(); more; more = json.nextElement()) {
        try {
          Object value = element.read(json);
          values.add(value == null ? element.nullElement() : value);
        } catch (Misfit misfit) {
          throw misfit.at(values.size());
        }
      }
      return values;
    }
  }

  private static final class OfMap extends ValueReader {
    private final ValueReader value;

    OfMap(MapOf map) {
      super(map);
      value = of(map.value());
    }

    @Override
    Object content(AttributeTag tag, JsonReader json) throws Misfit, MalformedPageException {
      if (tag != AttributeTag.M) {
        throw misfit(tag);
      }
      if (!json.isAt('{')) {
        throw misfit("a malformed M");
      }
      Map<String, Object> values = new HashMap<>();
      for (boolean more = json.enterObject(); more; more = json.nextMember()) {
        String key = json.text();
        try {
          values.put(key, value.read(json));
        } catch (Misfit misfit) {
          throw misfit.within(key);
        }
      }
      return values;
    }
  }

  private static final class OfRow extends ValueReader {
    private final Attributes attributes;
    private final FieldReader[] fields;

    OfRow(RowOf row) {
      super(row);
      attributes = new Attributes(row.fields());
      fields = row.fields().stream().map(attributes::reader).toArray(FieldReader[]::new);
    }

    @Override
    Object content(AttributeTag tag, JsonReader json) throws Misfit, MalformedPageException {
      if (tag != AttributeTag.M) {
        throw misfit(tag);
      }
      if (!json.isAt('{')) {
        throw misfit("a malformed M");
      }
      int[] places = new int[attributes.places()];
      attributes.locate(json, places, 0);
      int after = json.position;
      Row row = new Row(fields.length);
      for (int i = 0; i < fields.length; i++) {
        row.setField(i, fields[i].read(json, places, 0, true));
      }
      json.position = after;
      return row;
    }
  }
}
