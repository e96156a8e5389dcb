package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonGenerator;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.types.Row;

/**
 * What could not be written, as JSON for people: {@code {"id":"a","n":1.5,"tags":["x"]}}. Bytes are
 * base64, a set is a list.
 */
public final class RowText {
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper TREES = new ObjectMapper();

  private RowText() {}

  /**
   * A row that could not be read.
   *
   * @param rejectedAt epoch milliseconds
   */
  public static RejectedRow rejected(
      SinkConfig config, Row row, UnwritableRowException refusal, long rejectedAt) {
    String key = refusal.key() == null ? null : refusal.key().describe(config);
    return new RejectedRow(config.table(), key, refusal.getMessage(), of(config, row), rejectedAt);
  }

  /**
   * A write that DynamoDB refused.
   *
   * @param rejectedAt epoch milliseconds
   */
  public static RejectedRow rejected(
      SinkConfig config, ItemWrite write, String reason, long rejectedAt) {
    return new RejectedRow(
        config.table(), write.key().describe(config), reason, of(config, write), rejectedAt);
  }

  /** All fields of a row, by name. */
  public static String of(SinkConfig config, Row row) {
    List<String> declared = RowReader.names(config);
    return text(json -> row(row, declared, json));
  }

  /** The attributes of a write, by name; what it adds is as what it sets. */
  public static String of(SinkConfig config, ItemWrite write) {
    return text(
        json -> {
          json.writeStartObject();
          if (write instanceof ItemWrite.Put put) {
            members(TREES.readTree(put.item()), json);
          } else {
            members(TREES.readTree(new KeyJson(config).of(write.key())), json);
          }
          if (write instanceof ItemWrite.Update update) {
            for (Map.Entry<String, byte[]> each : update.set().entrySet()) {
              json.writeFieldName(each.getKey());
              attribute(TREES.readTree(each.getValue()), json);
            }
            for (Map.Entry<String, ItemWrite.Addend> each : update.add().entrySet()) {
              json.writeFieldName(each.getKey());
              attribute(TREES.readTree(Addends.json(each.getValue())), json);
            }
          }
          json.writeEndObject();
        });
  }

  @FunctionalInterface
  private interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  private static String text(Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      content.write(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // It is written to memory.
    }
    return text.toString();
  }

  private static void row(Row row, List<String> names, JsonGenerator json) throws IOException {
    Set<String> own = row.getFieldNames(true);
    json.writeStartObject();
    if (own != null) {
      for (String name : own) {
        json.writeFieldName(name);
        value(row.getField(name), json);
      }
    } else {
      for (int i = 0; i < row.getArity(); i++) {
        json.writeFieldName(names.size() == row.getArity() ? names.get(i) : "f" + i);
        value(row.getField(i), json);
      }
    }
    json.writeEndObject();
  }

  private static void value(Object value, JsonGenerator json) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else if (value instanceof BigDecimal decimal) {
      json.writeNumber(decimal.toString());
    } else if (isNumber(value)) {
      json.writeNumber(value.toString());
    } else if (value instanceof byte[] bytes) {
      json.writeBinary(bytes);
    } else if (value instanceof Row row) {
      row(row, List.of(), json);
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(String.valueOf(entry.getKey()));
        value(entry.getValue(), json);
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> collection) {
      json.writeStartArray();
      for (Object element : collection) {
        value(element, json);
      }
      json.writeEndArray();
    } else if (value.getClass().isArray()) {
      json.writeStartArray();
      for (int i = 0; i < Array.getLength(value); i++) {
        value(Array.get(value, i), json);
      }
      json.writeEndArray();
    } else {
      json.writeString(value.toString());
    }
  }

  /** JSON has no NaN: it is written as text. */
  private static boolean isNumber(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte
        || value instanceof BigInteger
        || value instanceof Double real && Double.isFinite(real)
        || value instanceof Float single && Float.isFinite(single);
  }

  private static void members(JsonNode attributes, JsonGenerator json) throws IOException {
    Iterator<Map.Entry<String, JsonNode>> members = attributes.fields();
    while (members.hasNext()) {
      Map.Entry<String, JsonNode> member = members.next();
      json.writeFieldName(member.getKey());
      attribute(member.getValue(), json);
    }
  }

  private static void attribute(JsonNode attribute, JsonGenerator json) throws IOException {
    Map.Entry<String, JsonNode> only = attribute.fields().next();
    JsonNode value = only.getValue();
    switch (only.getKey()) {
      case "N" -> number(value.asText(), json);
      case "BOOL" -> json.writeBoolean(value.asBoolean());
      case "NULL" -> json.writeNull();
      case "M" -> {
        json.writeStartObject();
        members(value, json);
        json.writeEndObject();
      }
      case "L" -> {
        json.writeStartArray();
        for (JsonNode element : value) {
          attribute(element, json);
        }
        json.writeEndArray();
      }
      case "SS", "NS", "BS" -> {
        json.writeStartArray();
        for (JsonNode element : value) {
          if (only.getKey().equals("NS")) {
            number(element.asText(), json);
          } else {
            json.writeString(element.asText());
          }
        }
        json.writeEndArray();
      }
      default -> json.writeString(value.asText());
    }
  }

  /** DynamoDB also takes what JSON does not, such as {@code 007}. */
  private static void number(String text, JsonGenerator json) throws IOException {
    json.writeNumber(new BigDecimal(text).toString());
  }
}
