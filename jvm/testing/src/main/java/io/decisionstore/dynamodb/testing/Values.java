package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** Java values as DynamoDB JSON, and the size DynamoDB counts for them. */
final class Values {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Values() {}

  /**
   * An item of plain values: String, Number, Boolean, byte[], null, List, Set (of one type) and
   * Map.
   */
  static ObjectNode item(Map<String, ?> attributes) {
    ObjectNode item = NODES.objectNode();
    attributes.forEach((name, value) -> item.set(name, value(value)));
    return item;
  }

  private static ObjectNode value(Object value) {
    ObjectNode typed = NODES.objectNode();
    if (value == null) {
      return typed.put("NULL", true);
    } else if (value instanceof String text) {
      return typed.put("S", text);
    } else if (value instanceof Boolean truth) {
      return typed.put("BOOL", truth);
    } else if (value instanceof Number number) {
      return typed.put("N", number.toString());
    } else if (value instanceof byte[] bytes) {
      return typed.put("B", Base64.getEncoder().encodeToString(bytes));
    } else if (value instanceof Map<?, ?> map) {
      ObjectNode inner = typed.putObject("M");
      map.forEach((name, attribute) -> inner.set((String) name, value(attribute)));
      return typed;
    } else if (value instanceof Set<?> set) {
      return set(typed, set);
    } else if (value instanceof Collection<?> list) {
      ArrayNode inner = typed.putArray("L");
      list.forEach(element -> inner.add(value(element)));
      return typed;
    }
    throw new IllegalArgumentException(
        "DynamoDB has no type for a " + value.getClass().getName() + ".");
  }

  private static ObjectNode set(ObjectNode typed, Set<?> set) {
    ArrayNode inner = NODES.arrayNode();
    String type = null;
    for (Object element : set) {
      ObjectNode one = value(element);
      String of = one.fieldNames().next();
      if (!"SNB".contains(of) || (type != null && !type.equals(of))) {
        throw new IllegalArgumentException(
            "A set holds strings, numbers or bytes, all of one type.");
      }
      type = of;
      inner.add(one.get(of));
    }
    if (type == null) {
      throw new IllegalArgumentException("DynamoDB has no empty sets.");
    }
    return typed.set(type + "S", inner);
  }

  static int sizeOfItem(ObjectNode item) {
    int size = 0;
    for (Map.Entry<String, JsonNode> attribute : item.properties()) {
      size += utf8(attribute.getKey()) + size(attribute.getValue());
    }
    return size;
  }

  private static int size(JsonNode typed) {
    String type = typed.fieldNames().next();
    JsonNode value = typed.get(type);
    return switch (type) {
      case "S" -> utf8(value.textValue());
      case "N" -> value.textValue().length() / 2 + 1;
      case "B" -> value.textValue().length() * 3 / 4;
      case "SS", "NS", "BS" -> sizeOfSet(type.substring(0, 1), value);
      case "L" -> {
        int size = 3;
        for (JsonNode element : value) {
          size += 1 + size(element);
        }
        yield size;
      }
      case "M" -> 3 + value.size() + sizeOfItem((ObjectNode) value);
      default -> 1;
    };
  }

  private static int sizeOfSet(String type, JsonNode elements) {
    int size = 0;
    for (JsonNode element : elements) {
      size += size(NODES.objectNode().set(type, element));
    }
    return size;
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
