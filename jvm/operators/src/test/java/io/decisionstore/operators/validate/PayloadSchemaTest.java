package io.decisionstore.operators.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PayloadSchemaTest {
  private static final Path ROOT = Path.of("..", "..");

  @TestFactory
  Stream<DynamicTest> vectorsSharedWithPython() throws IOException {
    JsonNode vectors =
        new ObjectMapper().readTree(ROOT.resolve("tests/vectors/validation.json").toFile());
    assertThat(vectors.size()).isGreaterThan(40);
    return StreamSupport.stream(vectors.spliterator(), false)
        .map(vector -> DynamicTest.dynamicTest(vector.get("name").asText(), () -> verify(vector)));
  }

  private static void verify(JsonNode vector) throws Exception {
    Path file = ROOT.resolve("schemas/" + vector.get("schema").asText() + ".avsc");
    PayloadSchema schema = new PayloadSchema(new Schema.Parser().parse(file.toFile()));
    String payload = vector.get("payload").asText();
    if (vector.get("error").isNull()) {
      assertThat(schema.parse(payload).isObject()).isTrue();
    } else {
      assertThatThrownBy(() -> schema.parse(payload))
          .isInstanceOf(InvalidPayloadException.class)
          .hasMessage(vector.get("error").asText());
    }
  }

  @Test
  void wholeNumbersMustFitTheirType() throws Exception {
    PayloadSchema schema =
        new PayloadSchema(SchemaBuilder.record("R").fields().requiredInt("n").endRecord());
    schema.parse("{\"n\": 2147483647}");
    assertThatThrownBy(() -> schema.parse("{\"n\": 2147483648}")).hasMessage("n: does not fit int");
    assertThatThrownBy(() -> schema.parse("{\"n\": 1.5}"))
        .hasMessage("n: expected int, got number");
  }

  @Test
  void deepNestingIsRefusedNotACrash() {
    PayloadSchema schema = new PayloadSchema(SchemaBuilder.record("R").fields().endRecord());
    assertThatThrownBy(() -> schema.parse("[".repeat(100_000)))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessage("payload: not JSON");
  }
}
