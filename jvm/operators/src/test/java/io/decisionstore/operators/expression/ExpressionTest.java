package io.decisionstore.operators.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decisionstore.operators.Vectors;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ExpressionTest {
  private static final JsonNode VECTORS = Vectors.document("expressions");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> vectorsSharedWithPython() {
    JsonNode evaluated = VECTORS.get("evaluated");
    assertThat(evaluated.size()).isGreaterThan(100);
    return StreamSupport.stream(evaluated.spliterator(), false)
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    vector.get("expression").asText() + " " + vector.get("values"),
                    () -> verify(vector)));
  }

  private static void verify(JsonNode vector) {
    ValueType type = type(vector);
    Expression expression = Expression.compile(vector.get("expression").asText(), fields(), type);
    Map<String, Object> values = values(VECTORS.get("values"));
    values.putAll(values(vector.get("values")));
    Object[] environment = fields().keySet().stream().map(values::get).toArray();
    if (vector.has("fails")) {
      assertThatThrownBy(() -> expression.value(environment)).isInstanceOf(NoValueException.class);
      assertThat(expression.matches(environment)).isFalse();
    } else {
      assertThat(expression.valueOrNull(environment)).isEqualTo(value(vector.get("result"), type));
    }
  }

  @Test
  void whatDoesNotCompileIsNamed() {
    assertThatThrownBy(() -> Expression.compile("n > 'a'", fields(), ValueType.BOOLEAN))
        .hasMessageStartingWith("The expression n > 'a' does not compile: ");
    assertThatThrownBy(() -> Expression.compile("n", fields(), ValueType.STRING))
        .hasMessage("The expression n is INT, not STRING");
  }

  private static Map<String, ValueType> fields() {
    Map<String, ValueType> fields = new LinkedHashMap<>();
    VECTORS
        .get("fields")
        .fields()
        .forEachRemaining(f -> fields.put(f.getKey(), type(f.getValue())));
    return fields;
  }

  private static ValueType type(JsonNode node) {
    return JSON.convertValue(node.get("type"), ValueType.class);
  }

  private static Map<String, Object> values(JsonNode node) {
    Map<String, Object> values = new HashMap<>();
    node.fields()
        .forEachRemaining(
            field ->
                values.put(field.getKey(), value(field.getValue(), fields().get(field.getKey()))));
    return values;
  }

  private static Object value(JsonNode node, ValueType type) {
    if (node.isNull()) {
      return null;
    }
    return switch (type) {
      case STRING -> node.asText();
      case LONG -> node.asLong();
      case DOUBLE -> node.asDouble();
      case BOOLEAN -> node.asBoolean();
    };
  }
}
