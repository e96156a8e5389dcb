package io.decisionstore.dynamodb.source.config;

import io.decisionstore.dynamodb.fields.FieldJson;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.source.config.Column.Origin;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/** A column as it crosses from Python: a field in {@link FieldJson} with its {@code "origin"}. */
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
    Origin origin = Origin.valueOf(FieldJson.text(column, "origin"));
    if (origin == Origin.METADATA) {
      return Column.of(
          FieldJson.text(column, "name"), Metadata.valueOf(FieldJson.text(column, "attribute")));
    }
    return new Column(origin, FieldJson.read(column));
  }
}
