package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A row as an item. Null fields are left out; what cannot be written is refused with a sentence.
 */
final class RowToItem {
  private final SinkConfig config;

  RowToItem(SinkConfig config) {
    this.config = config;
  }

  /**
   * The row's item.
   *
   * @throws IllegalArgumentException what is wrong, and with which field or item
   */
  Item convert(Object element) {
    if (!(element instanceof Row row)) {
      throw new IllegalArgumentException(
          "The sink of the table %s takes rows, not %s: give the stream before it a row type (output_type=Types.ROW_NAMED(...))."
              .formatted(config.table(), typeName(element)));
    }
    if (row.getKind() != RowKind.INSERT && row.getKind() != RowKind.UPDATE_AFTER) {
      throw new IllegalArgumentException(
          "The sink of the table %s writes and does not delete: it was given a row of kind %s."
              .formatted(config.table(), row.getKind()));
    }
    Set<String> names = row.getFieldNames(true);
    if (names == null && row.getArity() != config.fields().size()) {
      throw new IllegalArgumentException(
          "The sink of the table %s has %d fields, and the row has %d without names."
              .formatted(config.table(), config.fields().size(), row.getArity()));
    }
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    for (int i = 0; i < config.fields().size(); i++) {
      SinkField field = config.fields().get(i);
      if (names != null && !names.contains(field.name())) {
        throw new IllegalArgumentException(
            "The row for the table %s has no field %s; it has %s."
                .formatted(config.table(), field.name(), String.join(", ", names)));
      }
      Object value = names == null ? row.getField(i) : row.getField(field.name());
      if (value != null) {
        attributes.put(field.attribute(), attribute(field, value));
      } else if (field.role() != SinkField.Role.ATTRIBUTE) {
        throw new IllegalArgumentException(
            "A row for the table %s has no %s, which is part of the key."
                .formatted(config.table(), field.name()));
      }
    }
    return Item.of(config, attributes);
  }

  private AttributeValue attribute(SinkField field, Object value) {
    AttributeValue fitted =
        switch ((Scalar) field.type()) {
          case STRING -> value instanceof String text ? AttributeValue.fromS(text) : null;
          case BOOLEAN -> value instanceof Boolean bool ? AttributeValue.fromBool(bool) : null;
          case BYTES ->
              value instanceof byte[] bytes
                  ? AttributeValue.fromB(SdkBytes.fromByteArray(bytes))
                  : null;
          case LONG -> value instanceof Long || isInt(value) ? number(value) : null;
          case INT -> isInt(value) ? number(value) : null;
          case DECIMAL, JSON -> null;
          case DOUBLE ->
              value instanceof Double || value instanceof Float
                  ? floating(field, ((Number) value).doubleValue())
                  : value instanceof Long || isInt(value) ? number(value) : null;
        };
    if (fitted == null) {
      throw new IllegalArgumentException(
          "The field %s for the table %s: expected %s, got %s."
              .formatted(field.name(), config.table(), field.type().label(), typeName(value)));
    }
    if (field.role() != SinkField.Role.ATTRIBUTE && isEmpty(fitted)) {
      throw new IllegalArgumentException(
          "A row for the table %s has an empty %s, which is part of the key; DynamoDB takes no empty keys."
              .formatted(config.table(), field.name()));
    }
    return fitted;
  }

  private static boolean isInt(Object value) {
    return value instanceof Integer || value instanceof Short || value instanceof Byte;
  }

  private static AttributeValue number(Object value) {
    return AttributeValue.fromN(value.toString());
  }

  private AttributeValue floating(SinkField field, double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "The field %s for the table %s is %s, and DynamoDB has no such number: send null instead."
              .formatted(field.name(), config.table(), value));
    }
    return AttributeValue.fromN(BigDecimal.valueOf(value).toString());
  }

  private static boolean isEmpty(AttributeValue value) {
    return (value.s() != null && value.s().isEmpty())
        || (value.b() != null && value.b().asByteArrayUnsafe().length == 0);
  }

  private static String typeName(Object value) {
    return value == null ? "null" : value.getClass().getSimpleName();
  }
}
