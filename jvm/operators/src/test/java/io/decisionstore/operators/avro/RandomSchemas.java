package io.decisionstore.operators.avro;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/** Random schemas of events, and versions of them as others may have written them. */
final class RandomSchemas {
  private static final Schema.Type[] SCALARS = {
    Schema.Type.STRING,
    Schema.Type.INT,
    Schema.Type.LONG,
    Schema.Type.FLOAT,
    Schema.Type.DOUBLE,
    Schema.Type.BOOLEAN,
    Schema.Type.BYTES
  };
  private static final List<String> SYMBOLS = List.of("A", "B", "C", "D");

  private final Random random;
  private int names;

  RandomSchemas(Random random) {
    this.random = random;
  }

  private boolean oneIn(int chances) {
    return random.nextInt(chances) == 0;
  }

  /** An event: what each has, and some fields more. */
  Schema event() {
    List<Schema.Field> fields = fields(3);
    fields.add(new Schema.Field("decision_id", Schema.create(Schema.Type.STRING)));
    fields.add(new Schema.Field("revision", Schema.create(Schema.Type.INT)));
    fields.add(new Schema.Field("event_time", Schema.create(Schema.Type.LONG)));
    Collections.shuffle(fields, random);
    return Schema.createRecord("Event", null, "events", false, fields);
  }

  private List<Schema.Field> fields(int depth) {
    List<Schema.Field> fields = new ArrayList<>();
    for (int count = random.nextInt(5); count >= 0; count--) {
      fields.add(field("f" + names++, schema(depth)));
    }
    return fields;
  }

  private Schema.Field field(String name, Schema schema) {
    Schema.Field field =
        oneIn(3)
            ? new Schema.Field(name, schema)
            : new Schema.Field(name, schema, null, defaultOf(schema));
    field.addAlias("old_" + name);
    return field;
  }

  private Schema schema(int depth) {
    if (depth > 0) {
      switch (random.nextInt(8)) {
        case 0, 1:
          return Schema.createRecord("R" + names++, null, "events", false, fields(depth - 1));
        case 2:
          return Schema.createArray(schema(depth - 1));
        case 3:
          return Schema.createMap(schema(depth - 1));
        default:
      }
    }
    if (oneIn(3) && depth >= 0) {
      Schema other = schema(depth - 1);
      return other.isUnion() ? other : Schema.createUnion(Schema.create(Schema.Type.NULL), other);
    }
    if (oneIn(6)) {
      return Schema.createEnum("E" + names++, null, "events", SYMBOLS.subList(0, 3), firstSymbol());
    }
    if (oneIn(12)) {
      return Schema.createFixed("X" + names++, null, "events", 1 + random.nextInt(4));
    }
    return Schema.create(SCALARS[random.nextInt(SCALARS.length)]);
  }

  private String firstSymbol() {
    return oneIn(2) ? "A" : null;
  }

  private Object defaultOf(Schema schema) {
    return switch (schema.getType()) {
      case UNION -> defaultOf(schema.getTypes().get(0));
      case NULL -> JsonProperties.NULL_VALUE;
      case BOOLEAN -> true;
      case INT -> 7;
      case LONG -> 1L << 40;
      case FLOAT -> 1.5f;
      case DOUBLE -> 2.5;
      case STRING -> "d😀";
      case BYTES -> new byte[] {1};
      case FIXED -> new byte[schema.getFixedSize()];
      case ENUM -> "B";
      case ARRAY -> List.of();
      case MAP -> Map.of();
      case RECORD -> {
        Map<String, Object> fields = new HashMap<>();
        schema.getFields().forEach(f -> fields.put(f.name(), defaultOf(f.schema())));
        yield fields;
      }
    };
  }

  /** A schema as another version of the program may have had it; now and then unlike it. */
  Schema otherVersion(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> {
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
          boolean gone = oneIn(field.hasDefaultValue() ? 5 : 60);
          if (!gone) {
            String name = oneIn(8) ? "old_" + field.name() : field.name();
            fields.add(new Schema.Field(name, otherVersion(field.schema())));
          }
        }
        if (oneIn(3)) {
          fields.add(new Schema.Field("new" + names++, schema(2)));
        }
        if (oneIn(4)) {
          Collections.shuffle(fields, random);
        }
        yield Schema.createRecord(schema.getName(), null, "events", false, fields);
      }
      case ARRAY -> Schema.createArray(otherVersion(schema.getElementType()));
      case MAP -> Schema.createMap(otherVersion(schema.getValueType()));
      case UNION -> {
        Schema value = otherVersion(schema.getTypes().get(1));
        if (value.isUnion() || oneIn(5)) {
          yield value;
        }
        Schema nothing = Schema.create(Schema.Type.NULL);
        yield oneIn(4) ? Schema.createUnion(value, nothing) : Schema.createUnion(nothing, value);
      }
      case ENUM -> {
        List<String> symbols = new ArrayList<>(oneIn(2) ? SYMBOLS : schema.getEnumSymbols());
        if (oneIn(3)) {
          Collections.shuffle(symbols, random);
        }
        yield Schema.createEnum(schema.getName(), null, "events", symbols);
      }
      default -> oneIn(6) ? otherScalar(schema) : schema;
    };
  }

  private Schema otherScalar(Schema schema) {
    Schema.Type type =
        switch (schema.getType()) {
          case LONG -> Schema.Type.INT;
          case FLOAT -> oneIn(2) ? Schema.Type.INT : Schema.Type.LONG;
          case DOUBLE -> oneIn(2) ? Schema.Type.FLOAT : Schema.Type.LONG;
          case STRING -> Schema.Type.BYTES;
          case BYTES -> Schema.Type.STRING;
          case INT -> oneIn(5) ? Schema.Type.LONG : Schema.Type.INT;
          default -> schema.getType();
        };
    if (type == schema.getType()) {
      return schema;
    }
    return oneIn(4)
        ? Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(type))
        : Schema.create(type);
  }
}
