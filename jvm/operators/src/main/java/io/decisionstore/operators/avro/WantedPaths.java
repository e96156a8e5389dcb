package io.decisionstore.operators.avro;

import io.decisionstore.operators.expression.ValueType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** What is wanted of a record: some of its fields, or of the records in them. */
final class WantedPaths {
  private final Map<String, WantedPaths> fields = new LinkedHashMap<>();
  private int slot = -1;

  /**
   * Adds a path, and answers the slot its value goes to.
   *
   * @param record the schema the path starts in
   * @param free the slot it takes when it is new
   * @throws IllegalArgumentException the schema has no value of this type there
   */
  int add(Schema record, String path, ValueType type, int free) {
    WantedPaths wanted = this;
    Schema schema = record;
    for (String step : path.split("\\.")) {
      Schema.Field field = schema.getType() == Schema.Type.RECORD ? schema.getField(step) : null;
      if (field == null) {
        throw new IllegalArgumentException(
            "The event schema has no %s: the plan is of another schema".formatted(path));
      }
      schema = withoutNull(field.schema());
      wanted = wanted.fields.computeIfAbsent(step, none -> new WantedPaths());
    }
    if (typeOf(schema) != type) {
      throw new IllegalArgumentException(
          "%s is %s in the event schema, and %s in the plan".formatted(path, schema, type));
    }
    wanted.slot = wanted.slot < 0 ? free : wanted.slot;
    return wanted.slot;
  }

  private static Schema withoutNull(Schema schema) {
    return schema.isUnion() ? RowTypes.withoutNull(schema) : schema;
  }

  private static ValueType typeOf(Schema schema) {
    return switch (schema.getType()) {
      case STRING, ENUM -> ValueType.STRING;
      case INT, LONG -> ValueType.LONG;
      case FLOAT, DOUBLE -> ValueType.DOUBLE;
      case BOOLEAN -> ValueType.BOOLEAN;
      default -> null;
    };
  }

  /** What is wanted of a field; null when nothing is. */
  WantedPaths of(String field) {
    return fields.get(field);
  }

  /** Where the value itself goes. */
  int slot() {
    return slot;
  }

  /** Puts what is wanted of a value of Avro's generic kind into its slots. */
  void take(Object value, Object[] slots) {
    if (value instanceof GenericRecord record) {
      fields.forEach((name, wanted) -> wanted.take(record.get(name), slots));
    } else if (slot >= 0) {
      slots[slot] = plain(value);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    boolean asIs =
        value == null
            || value instanceof Long
            || value instanceof Double
            || value instanceof Boolean;
    return asIs ? value : value.toString(); // Avro's own text, or an enum's symbol
  }
}
