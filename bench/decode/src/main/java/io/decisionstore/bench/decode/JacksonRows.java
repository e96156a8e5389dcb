package io.decisionstore.bench.decode;

import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParser;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonToken;
import org.apache.flink.types.Row;

/**
 * The road not taken: Jackson's streaming parser, names canonicalised, what is not declared
 * skipped. It does less than ours: no misfits, removed items, aliases or nested types.
 */
final class JacksonRows {
  private final JsonFactory factory = new JsonFactory();
  private final Map<String, Integer> attributes = new HashMap<>();
  private final List<Column> columns;

  JacksonRows(List<Column> columns) {
    this.columns = columns;
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).origin() == Column.Origin.NEW_IMAGE) {
        attributes.put(columns.get(i).attribute(), i);
      }
    }
  }

  List<Row> rows(byte[] body) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (JsonParser json = factory.createParser(body)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        boolean records = "Records".equals(json.currentName());
        json.nextToken();
        if (records) {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            rows.add(record(json));
          }
        } else {
          json.skipChildren();
        }
      }
    }
    return rows;
  }

  private Row record(JsonParser json) throws IOException {
    Row row = new Row(columns.size());
    String name = null;
    String number = null;
    long created = 0;
    int start = (int) json.currentTokenLocation().getByteOffset();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      json.nextToken();
      if ("eventName".equals(member)) {
        name = json.getText();
      } else if ("dynamodb".equals(member)) {
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String inner = json.currentName();
          json.nextToken();
          switch (inner) {
            case "SequenceNumber" -> number = json.getText();
            case "ApproximateCreationDateTime" ->
                created = json.getDecimalValue().movePointRight(3).longValue();
            case "NewImage" -> image(json, row);
            default -> json.skipChildren();
          }
        }
      } else {
        json.skipChildren();
      }
    }
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).origin() == Column.Origin.METADATA) {
        row.setField(
            i,
            switch (Metadata.valueOf(columns.get(i).attribute())) {
              case EVENT_KIND -> name;
              case SEQUENCE_NUMBER -> number;
              case SHARD_ID -> "shard";
              case CREATED_AT -> created;
              default -> start < 0 ? "" : null;
            });
      }
    }
    return row;
  }

  private void image(JsonParser json, Row row) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      Integer column = attributes.get(json.currentName());
      json.nextToken();
      if (column == null) {
        json.skipChildren();
        continue;
      }
      json.nextToken(); // the tag
      json.nextToken();
      String text = json.getText();
      row.setField(
          column, columns.get(column).type() == Scalar.LONG ? (Object) Long.parseLong(text) : text);
      json.nextToken();
    }
  }
}
