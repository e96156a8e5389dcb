package io.decisionstore.operators.avro;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/**
 * The typed rows of an Avro record: nested records are named rows, arrays lists, maps maps, enums
 * strings, timestamps longs; every field may be null.
 */
public final class RowTypes {
  private RowTypes() {}

  /** The row type of a record. */
  public static TypeInformation<Row> of(Schema record) {
    List<Schema.Field> fields = record.getFields();
    return Types.ROW_NAMED(
        fields.stream().map(Schema.Field::name).toArray(String[]::new),
        fields.stream().map(field -> typeOf(field.schema())).toArray(TypeInformation[]::new));
  }

  private static TypeInformation<?> typeOf(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> of(schema);
      case ARRAY -> Types.LIST(typeOf(schema.getElementType()));
      case MAP -> Types.MAP(Types.STRING, typeOf(schema.getValueType()));
      case UNION -> typeOf(withoutNull(schema));
      case STRING, ENUM -> Types.STRING;
      case INT -> Types.INT;
      case LONG -> Types.LONG;
      case FLOAT -> Types.FLOAT;
      case DOUBLE -> Types.DOUBLE;
      case BOOLEAN -> Types.BOOLEAN;
      default -> throw new IllegalArgumentException("Rows cannot hold Avro's " + schema.getType());
    };
  }

  /** The other branch of an optional field's union. */
  static Schema withoutNull(Schema union) {
    List<Schema> others =
        union.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    if (others.size() != 1) {
      throw new IllegalArgumentException(
          "Rows hold unions of null and one type only, not " + union);
    }
    return others.get(0);
  }
}
