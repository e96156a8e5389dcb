package io.decisionstore.dynamodb.source.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.source.config.Column.Origin;
import io.decisionstore.dynamodb.source.decode.PageDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class ColumnTest {

  /** What tests/unit/connectors/test_fields.py declares in Python. */
  private static final Map<String, Column> DECLARED =
      Map.of(
          "metadata",
          Column.of("created", Metadata.CREATED_AT),
          "renamed",
          new Column("id", Origin.OLD_IMAGE, "decision id", Scalar.STRING),
          "standing in",
          new Column(
              Origin.NEW_IMAGE,
              new Field("n", "n", List.of("number", "no"), Scalar.LONG, "{\"N\":\"-1\"}")),
          "nested",
          new Column(
              "addresses",
              Origin.NEW_IMAGE,
              "addresses",
              new ListOf(
                  new RowOf(
                      List.of(
                          new Field("street", "street", Scalar.STRING),
                          new Field(
                              "zip",
                              "zip",
                              List.of("postcode"),
                              Scalar.DECIMAL,
                              "{\"N\":\"1.50\"}"))))),
          "maps and sets",
          new Column(
              Origin.NEW_IMAGE,
              new Field(
                  "m",
                  "m",
                  List.of(),
                  new MapOf(new SetOf(Scalar.BYTES)),
                  "{\"M\":{\"a\":{\"BS\":[\"AQI=\"]},\"b\":{\"NULL\":true}}}")),
          "any attribute",
          new Column(Origin.NEW_IMAGE, new Field("j", "j", List.of(), Scalar.JSON, "{\"L\":[]}")));

  @Test
  void aColumnOfPythonIsReadAsDeclared() throws IOException {
    Map<String, Column> read = new HashMap<>();
    Path vectors = Path.of("..", "..", "tests", "vectors", "columns.json");
    for (JsonNode vector : new ObjectMapper().readTree(vectors.toFile())) {
      read.put(vector.get("case").asText(), Column.parse(vector.get("column").toString()));
    }
    assertThat(read).isEqualTo(DECLARED);
    new PageDecoder(List.copyOf(DECLARED.values())); // each default fits its type
  }

  @Test
  void aColumnTravelsWithTheJob() throws Exception {
    for (Column column : DECLARED.values()) {
      assertThat(InstantiationUtil.clone(column)).isEqualTo(column);
    }
  }

  @Test
  void anUnknownTypeIsRefused() {
    String column =
        "{\"name\":\"a\",\"origin\":\"NEW_IMAGE\",\"attribute\":\"a\",\"type\":{\"tree\":\"LONG\"}}";
    assertThatThrownBy(() -> Column.parse(column))
        .hasMessage("There is no field type {\"tree\":\"LONG\"}.");
  }

  @Test
  void aSetOfBooleansIsRefused() {
    assertThatThrownBy(() -> new SetOf(Scalar.BOOLEAN))
        .hasMessage("DynamoDB has sets of strings, numbers and bytes, not of boolean.");
  }
}
