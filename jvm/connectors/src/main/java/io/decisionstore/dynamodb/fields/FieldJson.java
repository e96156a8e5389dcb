package io.decisionstore.dynamodb.fields;

import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;

/**
 * A field as it crosses from Python: {@code {"name", "attribute", "aliases": [], "default": {"N":
 * "1"}, "type"}}; a type is the name of a scalar, or {@code {"list": type}}, {@code {"map": type}},
 * {@code {"set": scalar}}, {@code {"row": [field, ...]}}.
 */
public final class FieldJson {
  private FieldJson() {}

  /** The field. */
  public static Field read(JsonNode field) {
    List<String> aliases = new ArrayList<>();
    field.path("aliases").forEach(alias -> aliases.add(alias.asText()));
    JsonNode standIn = field.get("default");
    return new Field(
        text(field, "name"),
        text(field, "attribute"),
        aliases,
        type(field.path("type")),
        standIn == null || standIn.isNull() ? null : standIn.toString());
  }

  private static FieldType type(JsonNode type) {
    if (type.isTextual()) {
      return Scalar.valueOf(type.asText());
    }
    if (!type.isObject() || type.size() != 1) {
      throw new IllegalArgumentException("There is no field type " + type + ".");
    }
    Map.Entry<String, JsonNode> only = type.fields().next();
    return switch (only.getKey()) {
      case "list" -> new ListOf(type(only.getValue()));
      case "map" -> new MapOf(type(only.getValue()));
      case "set" -> new SetOf(Scalar.valueOf(only.getValue().asText()));
      case "row" -> {
        List<Field> fields = new ArrayList<>();
        only.getValue().forEach(field -> fields.add(read(field)));
        yield new RowOf(fields);
      }
      default -> throw new IllegalArgumentException("There is no field type " + type + ".");
    };
  }

  /** The text that must be there. */
  public static String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null || !value.isTextual()) {
      throw new IllegalArgumentException("A field has no %s: %s".formatted(name, node));
    }
    return value.asText();
  }
}
