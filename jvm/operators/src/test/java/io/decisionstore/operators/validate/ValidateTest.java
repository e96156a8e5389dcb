package io.decisionstore.operators.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.part.PartRows;
import io.decisionstore.operators.part.PartRows.Change;
import io.decisionstore.operators.registry.RegistryUnavailableException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ValidateTest {
  private OneInputStreamOperatorTestHarness<Row, Row> harness;

  @BeforeEach
  void open() throws Exception {
    Validate validate = new Validate(Vectors.decisionEventsPlan());
    harness = new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(validate));
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @TestFactory
  Stream<DynamicTest> vectorsSharedWithPython() {
    return Vectors.read("parts")
        .map(vector -> DynamicTest.dynamicTest(vector.get("name").asText(), () -> verify(vector)));
  }

  private static void verify(JsonNode vector) throws Exception {
    Row change = change(vector.get("item"));
    if (vector.get("error").isNull()) {
      PartContract.SchemaReference reference = PartContract.check(change);
      assertThat(reference.subject() + ":" + reference.version())
          .isEqualTo(vector.get("item").get("schema").asText());
    } else {
      assertThatThrownBy(() -> PartContract.check(change))
          .isInstanceOf(InvalidPartException.class)
          .hasMessage(vector.get("error").asText());
    }
  }

  @Test
  void aValidPartGoesOnWithItsPosition() throws Exception {
    harness.processElement(check("{\"status\":\"PASSED\"}"), 0);
    Row part = harness.extractOutputValues().get(0);
    assertThat(part.getField(PartRows.PART_REVISION)).isEqualTo("check#credit#000001");
    assertThat(part.getField(PartRows.REVISION)).isEqualTo(1);
    assertThat(part.getField(PartRows.SEQUENCE_NUMBER)).isEqualTo("17");
    assertThat(harness.getSideOutput(DeadLetter.TAG)).isNull();
  }

  @Test
  void aPayloadThatDoesNotFitIsADeadLetterWithItsOriginal() throws Exception {
    harness.processElement(check("{\"status\":\"MAYBE\"}"), 0);
    JsonNode letter = deadLetter();
    assertThat(letter.get("stage").asText()).isEqualTo("validate");
    assertThat(letter.get("reason").asText())
        .isEqualTo("payload.status: expected one of PASSED, FAILED, REFERRED");
    assertThat(letter.at("/original/payload").asText()).isEqualTo("{\"status\":\"MAYBE\"}");
    assertThat(letter.at("/original/revision").asLong()).isEqualTo(1);
    assertThat(letter.at("/position/sequence_number").asText()).isEqualTo("17");
  }

  @Test
  void aChangeOfAStoredPartIsAnAlarm() throws Exception {
    Row change = check("{\"status\":\"PASSED\"}");
    change.setField(Change.EVENT_KIND, "MODIFY");
    harness.processElement(change, 0);
    JsonNode letter = deadLetter();
    assertThat(letter.get("reason").asText()).contains("append-only", "MODIFY");
    assertThat(letter.get("event_kind").asText()).isEqualTo("MODIFY");
  }

  @Test
  void aRecordTheSourceCouldNotDecodeKeepsItsRawBytes() throws Exception {
    Row change = new Row(Change.FIELDS.length);
    change.setField(Change.DECODE_ERROR, "revision: expected long, got S");
    change.setField(Change.RAW, "{\"dynamodb\":{}}");
    harness.processElement(change, 0);
    JsonNode letter = deadLetter();
    assertThat(letter.get("stage").asText()).isEqualTo("source");
    assertThat(letter.at("/original/raw").asText()).isEqualTo("{\"dynamodb\":{}}");
  }

  @Test
  void aSchemaThatCannotBeLookedUpFailsTheJobAndLosesNothing() {
    Row change = check("{\"status\":\"PASSED\"}");
    change.setField(Change.SCHEMA, "check-credit:2");
    assertThatThrownBy(() -> harness.processElement(change, 0))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("SCHEMA_REGISTRY_URL");
    assertThat(harness.getSideOutput(DeadLetter.TAG)).isNull();
  }

  private JsonNode deadLetter() throws Exception {
    assertThat(harness.extractOutputValues()).isEmpty();
    List<Row> letters =
        harness.getSideOutput(DeadLetter.TAG).stream().map(record -> record.getValue()).toList();
    assertThat(letters).hasSize(1);
    return new ObjectMapper().readTree((byte[]) letters.get(0).getField(KafkaRows.VALUE));
  }

  private static Row check(String payload) {
    Row change = new Row(Change.FIELDS.length);
    change.setField(Change.EVENT_KIND, "INSERT");
    change.setField(Change.SEQUENCE_NUMBER, "17");
    change.setField(Change.DECISION_ID, "d-1");
    change.setField(Change.PART_REVISION, "check#credit#000001");
    change.setField(Change.PART, "check");
    change.setField(Change.NAME, "credit");
    change.setField(Change.REVISION, 1L);
    change.setField(Change.CUSTOMER_ID, "c-1");
    change.setField(Change.EVENT_TIME, 1_700_000_000_000L);
    change.setField(Change.SCHEMA, "check-credit:1");
    change.setField(Change.PAYLOAD, payload);
    return change;
  }

  private static Row change(JsonNode item) {
    Row change = new Row(Change.FIELDS.length);
    for (int field = Change.DECISION_ID; field < Change.FIELDS.length; field++) {
      JsonNode value = item.get(Change.FIELDS[field]);
      if (value != null) {
        change.setField(field, value.isNumber() ? (Object) value.asLong() : value.asText());
      }
    }
    return change;
  }
}
