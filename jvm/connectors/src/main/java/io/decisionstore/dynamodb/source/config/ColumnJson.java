package io.decisionstore.dynamodb.source.config;

import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.source.config.Column.Origin;
import io.decisionstore.dynamodb.source.config.FieldType.ListOf;
import io.decisionstore.dynamodb.source.config.FieldType.MapOf;
import io.decisionstore.dynamodb.source.config.FieldType.RowOf;
import io.decisionstore.dynamodb.source.config.FieldType.Scalar;
import io.decisionstore.dynamodb.source.config.FieldType.SetOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/**
 * A column as it crosses from Python: {@code {"name", "origin", "attribute", "aliases": [],
 * "default": {"N": "1"}, "type"}}; a type is the name of a scalar, or {@code {"list": type}},
 * {@code {"map": type}}, {@code {"set": scalar}}, {@code {"row": [field, ...]}}.
 */
final class ColumnJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ColumnJson() {}

  static Column read(String json) {
    JsonNode column;
    try {
      column = JSON.readTree(json);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException("A column is not JSON: " + json, broken);
    }
    Origin origin = Origin.valueOf(text(column, "origin"));
    if (origin == Origin.METADATA) {
      return Column.of(text(column, "name"), Metadata.valueOf(text(column, "attribute")));
    }
    return new Column(origin, field(column));
  }

  private static Field field(JsonNode field) {
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
        only.getValue().forEach(field -> fields.add(field(field)));
        yield new RowOf(fields);
      }
      default -> throw new IllegalArgumentException("There is no field type " + type + ".");
    };
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null || !value.isTextual()) {
      throw new IllegalArgumentException("A column has no %s: %s".formatted(name, node));
    }
    return value.asText();
  }
}
