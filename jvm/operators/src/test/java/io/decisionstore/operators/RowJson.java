package io.decisionstore.operators;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.types.Row;

/** Rows of an Avro record as JSON, to be held against vectors. A null record field is left out. */
public final class RowJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RowJson() {}

  public static ObjectNode of(Schema record, Row row) {
    ObjectNode json = JSON.createObjectNode();
    for (Schema.Field field : record.getFields()) {
      Object value = row.getField(field.pos());
      if (value != null || field.schema().getType() == Schema.Type.UNION) {
        json.set(field.name(), node(field.schema(), value));
      }
    }
    return json;
  }

  private static JsonNode node(Schema schema, Object value) {
    if (value instanceof Row row) {
      return of(schema, row);
    }
    if (value instanceof List<?> list) {
      ArrayNode array = JSON.createArrayNode();
      list.forEach(item -> array.add(node(schema.getElementType(), item)));
      return array;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode entries = JSON.createObjectNode();
      map.forEach((key, item) -> entries.set((String) key, node(schema.getValueType(), item)));
      return entries;
    }
    // Through text, as the vectors came: 1 and 1L are one number there.
    try {
      return JSON.readTree(JSON.writeValueAsString(value));
    } catch (com.fasterxml.jackson.core.JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
