package io.decisionstore.operators.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ListTypeInfo;
import org.apache.flink.api.java.typeutils.MapTypeInfo;
import org.apache.flink.api.java.typeutils.RowTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;

/**
 * Typed values as JSON, for tests that feed a job and look at what it makes ({@code
 * decision_store.testing.jobs}): rows are objects by field name, bytes base64.
 */
public final class JsonRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonRows() {}

  /** Texts as typed values. */
  public static <T> SingleOutputStreamOperator<T> read(
      DataStream<String> texts, TypeInformation<T> type) {
    return texts.map(text -> JsonRows.<T>value(JSON.readTree(text), type), type);
  }

  /** Typed values as texts. */
  public static <T> SingleOutputStreamOperator<String> write(DataStream<T> values) {
    TypeInformation<T> type = values.getType();
    return values.map(value -> text(json(value, type)), Types.STRING);
  }

  private static String text(JsonNode json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible); // a tree can always be written
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T value(JsonNode json, TypeInformation<T> type) {
    return (T) untyped(json, type);
  }

  private static Object untyped(JsonNode json, TypeInformation<?> type) {
    if (json == null || json.isNull()) {
      return null;
    }
    if (type instanceof RowTypeInfo rows) {
      Row row = new Row(rows.getArity());
      String[] names = rows.getFieldNames();
      for (int field = 0; field < names.length; field++) {
        row.setField(field, untyped(json.get(names[field]), rows.getTypeAt(field)));
      }
      return row;
    }
    if (type instanceof ListTypeInfo<?> lists) {
      List<Object> list = new ArrayList<>();
      json.forEach(element -> list.add(untyped(element, lists.getElementTypeInfo())));
      return list;
    }
    if (type instanceof MapTypeInfo<?, ?> maps) {
      Map<String, Object> map = new HashMap<>();
      json.fields()
          .forEachRemaining(
              entry -> map.put(entry.getKey(), untyped(entry.getValue(), maps.getValueTypeInfo())));
      return map;
    }
    return scalar(json, type);
  }

  private static Object scalar(JsonNode json, TypeInformation<?> type) {
    try {
      if (type instanceof PrimitiveArrayTypeInfo) {
        return json.binaryValue();
      }
    } catch (IOException notBase64) {
      throw new UncheckedIOException(notBase64);
    }
    if (type.equals(Types.STRING)) {
      return json.asText();
    }
    if (type.equals(Types.INT)) {
      return json.intValue();
    }
    if (type.equals(Types.LONG)) {
      return json.longValue();
    }
    if (type.equals(Types.FLOAT)) {
      return json.floatValue();
    }
    if (type.equals(Types.DOUBLE)) {
      return json.doubleValue();
    }
    if (type.equals(Types.BOOLEAN)) {
      return json.booleanValue();
    }
    throw new IllegalArgumentException("Test rows hold no " + type);
  }

  private static JsonNode json(Object value, TypeInformation<?> type) {
    if (value == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (type instanceof RowTypeInfo rows) {
      ObjectNode object = JSON.createObjectNode();
      String[] names = rows.getFieldNames();
      for (int field = 0; field < names.length; field++) {
        object.set(names[field], json(((Row) value).getField(field), rows.getTypeAt(field)));
      }
      return object;
    }
    if (type instanceof ListTypeInfo<?> lists) {
      ArrayNode array = JSON.createArrayNode();
      ((List<?>) value).forEach(one -> array.add(json(one, lists.getElementTypeInfo())));
      return array;
    }
    if (type instanceof MapTypeInfo<?, ?> maps) {
      ObjectNode object = JSON.createObjectNode();
      ((Map<?, ?>) value)
          .forEach((name, one) -> object.set((String) name, json(one, maps.getValueTypeInfo())));
      return object;
    }
    return JSON.valueToTree(value);
  }
}
