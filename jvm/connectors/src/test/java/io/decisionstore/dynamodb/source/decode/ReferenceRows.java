package io.decisionstore.dynamodb.source.decode;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.source.config.Column.Origin;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.types.Row;

/** What a record is as a row, said as plainly as can be, from a tree. */
final class ReferenceRows {
  private static final class Unfit extends RuntimeException {
    Unfit(String message) {
      super(message);
    }
  }

  private ReferenceRows() {}

  static Row row(List<Column> columns, JsonNode record, String recordText) {
    JsonNode change = record.get("dynamodb");
    Row row = new Row(columns.size());
    List<String> errors = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (column.origin() != Origin.METADATA) {
        boolean old = column.origin() == Origin.OLD_IMAGE;
        String image = old ? "OldImage" : change.has("NewImage") ? "NewImage" : "Keys";
        try {
          row.setField(i, field(column.field(), change.path(image)));
        } catch (Unfit unfit) {
          errors.add(unfit.getMessage());
        }
      }
    }
    String error = errors.isEmpty() ? null : String.join("; ", errors);
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).origin() == Origin.METADATA) {
        row.setField(
            i,
            switch (Metadata.valueOf(columns.get(i).attribute())) {
              case EVENT_KIND -> record.has("eventName") ? record.get("eventName").asText() : null;
              case SEQUENCE_NUMBER -> change.get("SequenceNumber").asText();
              case SHARD_ID -> "shard";
              case TABLE -> "table";
              case CREATED_AT -> createdAt(change.path("ApproximateCreationDateTime"));
              case DECODE_ERROR -> error;
              case RAW -> error == null && change.has("NewImage") ? null : recordText;
              case RECORD -> recordText;
            });
      }
    }
    return row;
  }

  static Long createdAt(JsonNode seconds) {
    if (!seconds.isNumber() || seconds.decimalValue().signum() < 0) {
      return null;
    }
    BigInteger millis =
        seconds
            .decimalValue()
            .movePointRight(3)
            .setScale(0, RoundingMode.FLOOR)
            .toBigIntegerExact();
    return millis.bitLength() > 63 ? null : (Long) millis.longValue();
  }

  private static Object field(Field field, JsonNode image) {
    List<String> names = new ArrayList<>(List.of(field.attribute()));
    names.addAll(field.aliases());
    for (String name : names) {
      if (image.has(name)) {
        return value(field.type(), image.get(name), name);
      }
    }
    return null;
  }

  private static Object value(FieldType type, JsonNode value, String path) {
    if (!value.isObject() || value.isEmpty()) {
      throw unfit(path, type, "no attribute value");
    }
    String tag = value.fieldNames().next();
    JsonNode content = value.get(tag);
    if (!List.of("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS").contains(tag)) {
      throw unfit(path, type, tag);
    }
    if (tag.equals("NULL") && content.isBoolean() && content.asBoolean()) {
      return null;
    }
    if (type == Scalar.JSON) {
      return value; // its text is compared as JSON
    }
    if (type == Scalar.BOOLEAN) {
      expect(tag.equals("BOOL"), path, type, tag);
      expect(content.isBoolean(), path, type, "a malformed BOOL");
      return content.asBoolean();
    }
    if (type instanceof Scalar scalar) {
      String expected = tag(scalar);
      expect(tag.equals(expected), path, type, tag);
      expect(content.isTextual(), path, type, "a malformed " + tag);
      return text(scalar, content.asText(), path);
    }
    if (type instanceof SetOf set) {
      expect(tag.equals(tag(set.element()) + "S"), path, type, tag);
      expect(content.isArray(), path, type, "a malformed " + tag);
      List<Object> values = new ArrayList<>();
      for (JsonNode element : content) {
        expect(element.isTextual(), path, type, "a malformed " + tag);
        values.add(text(set.element(), element.asText(), path + "[" + values.size() + "]"));
      }
      return values;
    }
    if (type instanceof ListOf list) {
      expect(tag.equals("L"), path, type, tag);
      expect(content.isArray(), path, type, "a malformed L");
      List<Object> values = new ArrayList<>();
      for (JsonNode element : content) {
        String at = path + "[" + values.size() + "]";
        Object read = value(list.element(), element, at);
        boolean isJson = list.element() == Scalar.JSON;
        expect(read != null || isJson, at, list.element(), "NULL");
        values.add(read == null ? element : read);
      }
      return values;
    }
    expect(tag.equals("M"), path, type, tag);
    expect(content.isObject(), path, type, "a malformed M");
    if (type instanceof MapOf map) {
      Map<String, Object> values = new HashMap<>();
      content
          .fields()
          .forEachRemaining(
              entry ->
                  values.put(
                      entry.getKey(),
                      value(map.value(), entry.getValue(), path + "." + entry.getKey())));
      return values;
    }
    List<Field> fields = ((RowOf) type).fields();
    Row row = new Row(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      try {
        row.setField(i, field(fields.get(i), content));
      } catch (Unfit unfit) {
        throw new Unfit(path + "." + unfit.getMessage());
      }
    }
    return row;
  }

  private static String tag(Scalar scalar) {
    return scalar == Scalar.STRING ? "S" : scalar == Scalar.BYTES ? "B" : "N";
  }

  private static Object text(Scalar type, String text, String path) {
    if (type == Scalar.STRING) {
      return text;
    }
    if (type == Scalar.BYTES) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException notBase64) {
        throw unfit(path, type, "a malformed B");
      }
    }
    if (!text.matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,5})?")) {
      throw unfit(path, type, "a malformed N");
    }
    BigDecimal number = new BigDecimal(text);
    switch (type) {
      case DECIMAL:
        return number;
      case DOUBLE:
        double real = Double.parseDouble(text);
        expect(!Double.isInfinite(real), path, type, "N out of range");
        return real;
      default:
        int bits = type == Scalar.LONG ? 63 : 31;
        boolean fits =
            number.stripTrailingZeros().scale() <= 0 && number.toBigInteger().bitLength() <= bits;
        expect(fits, path, type, "N with a fraction or out of range");
        return type == Scalar.LONG ? (Object) number.longValue() : (Object) number.intValue();
    }
  }

  private static void expect(boolean holds, String path, FieldType type, String got) {
    if (!holds) {
      throw unfit(path, type, got);
    }
  }

  private static Unfit unfit(String path, FieldType type, String got) {
    return new Unfit("%s: expected %s, got %s".formatted(path, type.label(), got));
  }
}
