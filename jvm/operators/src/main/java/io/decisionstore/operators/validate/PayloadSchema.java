package io.decisionstore.operators.validate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Plain JSON against an Avro record schema.
 *
 * <p>The rules and the error texts are those of {@code decision_store/model/validation.py}; {@code
 * tests/vectors/validation.json} is read by the tests of both.
 */
public final class PayloadSchema {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Schema schema;

  public PayloadSchema(Schema schema) {
    this.schema = schema;
  }

  /**
   * Parses and validates a payload.
   *
   * @return the JSON as posted; defaults are not filled in
   * @throws InvalidPayloadException the first problem, in the order of the schema's fields
   */
  public JsonNode parse(String text) throws InvalidPayloadException {
    JsonNode payload;
    try {
      payload = JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new InvalidPayloadException("", "not JSON");
    }
    if (payload.isMissingNode()) {
      throw new InvalidPayloadException("", "not JSON");
    }
    check(schema, payload, "");
    return payload;
  }

  private static void check(Schema schema, JsonNode value, String path)
      throws InvalidPayloadException {
    switch (schema.getType()) {
      case RECORD -> record(schema, value, path);
      case UNION -> union(schema, value, path);
      case ARRAY -> {
        expect(value.isArray(), "array", value, path);
        for (int i = 0; i < value.size(); i++) {
          check(schema.getElementType(), value.get(i), path + "[" + i + "]");
        }
      }
      case MAP -> {
        expect(value.isObject(), "map", value, path);
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          check(schema.getValueType(), entry.getValue(), child(path, entry.getKey()));
        }
      }
      case ENUM -> {
        expect(value.isTextual(), "string", value, path);
        if (!schema.hasEnumSymbol(value.textValue())) {
          String symbols = String.join(", ", schema.getEnumSymbols());
          throw new InvalidPayloadException(path, "expected one of " + symbols);
        }
      }
      case STRING -> expect(value.isTextual(), "string", value, path);
      case BOOLEAN -> expect(value.isBoolean(), "boolean", value, path);
      case NULL -> expect(value.isNull(), "null", value, path);
      case INT, LONG -> wholeNumber(schema, value, path);
      case FLOAT, DOUBLE -> {
        expect(value.isNumber(), name(schema), value, path);
        if (Double.isInfinite(value.doubleValue())) {
          throw new InvalidPayloadException(path, "does not fit " + name(schema));
        }
      }
      default -> throw new InvalidPayloadException(path, "expected " + name(schema));
    }
  }

  private static void record(Schema schema, JsonNode value, String path)
      throws InvalidPayloadException {
    expect(value.isObject(), "record", value, path);
    for (Schema.Field field : schema.getFields()) {
      JsonNode member = value.get(field.name());
      if (member != null) {
        check(field.schema(), member, child(path, field.name()));
      } else if (!field.hasDefaultValue()) {
        throw new InvalidPayloadException(child(path, field.name()), "is missing");
      }
    }
    for (Iterator<String> names = value.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (schema.getField(name) == null) {
        throw new InvalidPayloadException(child(path, name), "is not a field of the schema");
      }
    }
  }

  private static void union(Schema schema, JsonNode value, String path)
      throws InvalidPayloadException {
    List<Schema> others =
        schema.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    if (value.isNull() && others.size() < schema.getTypes().size()) {
      return;
    }
    if (others.size() == 1) { // the usual optional field: its branch's own error says more
      check(others.get(0), value, path);
      return;
    }
    for (Schema branch : others) {
      try {
        check(branch, value, path);
        return;
      } catch (InvalidPayloadException notThisBranch) {
        continue;
      }
    }
    throw new InvalidPayloadException(path, "fits no branch of the union");
  }

  private static void wholeNumber(Schema schema, JsonNode value, String path)
      throws InvalidPayloadException {
    expect(value.isIntegralNumber(), name(schema), value, path);
    BigInteger number = value.bigIntegerValue();
    if (number.bitLength() > (schema.getType() == Schema.Type.INT ? 31 : 63)) {
      throw new InvalidPayloadException(path, "does not fit " + name(schema));
    }
  }

  private static void expect(boolean holds, String expected, JsonNode value, String path)
      throws InvalidPayloadException {
    if (!holds) {
      String got = value.getNodeType().name().toLowerCase(Locale.ROOT);
      throw new InvalidPayloadException(path, "expected " + expected + ", got " + got);
    }
  }

  private static String name(Schema schema) {
    return schema.getType().getName();
  }

  private static String child(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
