package io.decisionstore.dynamodb.fields;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/** What an attribute must be, and what it is in a row. */
public sealed interface FieldType extends Serializable {

  /** The type of the row's field; never one that needs Kryo. */
  TypeInformation<?> information();

  /** As errors name it: {@code long}, {@code list}. */
  String label();

  /** Values without parts. */
  enum Scalar implements FieldType {
    STRING(Types.STRING),
    /** A number without a fraction that fits 64 bits; {@code 12.0} and {@code 1E3} are such. */
    LONG(Types.LONG),
    INT(Types.INT),
    DOUBLE(Types.DOUBLE),
    /** All 38 digits that DynamoDB keeps. */
    DECIMAL(Types.BIG_DEC),
    BOOLEAN(Types.BOOLEAN),
    BYTES(Types.PRIMITIVE_ARRAY(Types.BYTE)),
    /** Any attribute, as the text of its DynamoDB JSON: {@code {"N":"1"}}. */
    JSON(Types.STRING);

    private final TypeInformation<?> information;

    Scalar(TypeInformation<?> information) {
      this.information = information;
    }

    @Override
    public TypeInformation<?> information() {
      return information;
    }

    @Override
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A DynamoDB map (M) with declared fields; others are passed over. */
  record RowOf(List<Field> fields) implements FieldType {
    public RowOf {
      fields = List.copyOf(fields);
    }

    @Override
    public TypeInformation<?> information() {
      return Types.ROW_NAMED(
          fields.stream().map(Field::name).toArray(String[]::new),
          fields.stream().map(field -> field.type().information()).toArray(TypeInformation[]::new));
    }

    @Override
    public String label() {
      return "row";
    }
  }

  /** A DynamoDB list (L). It has no nulls: Flink's list serializer cannot carry them. */
  record ListOf(FieldType element) implements FieldType {
    @Override
    public TypeInformation<?> information() {
      return Types.LIST(element.information());
    }

    @Override
    public String label() {
      return "list";
    }
  }

  /** A DynamoDB map (M) with any keys and values of one type. */
  record MapOf(FieldType value) implements FieldType {
    @Override
    public TypeInformation<?> information() {
      return Types.MAP(Types.STRING, value.information());
    }

    @Override
    public String label() {
      return "map";
    }
  }

  /** A DynamoDB set (SS, NS, BS); a list in Flink, in the order DynamoDB sends it. */
  record SetOf(Scalar element) implements FieldType {
    public SetOf {
      if (element == Scalar.BOOLEAN || element == Scalar.JSON) {
        throw new IllegalArgumentException(
            "DynamoDB has sets of strings, numbers and bytes, not of %s."
                .formatted(element.label()));
      }
    }

    @Override
    public TypeInformation<?> information() {
      return Types.LIST(element.information());
    }

    @Override
    public String label() {
      return "set";
    }
  }
}
