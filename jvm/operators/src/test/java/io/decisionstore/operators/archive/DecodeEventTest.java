package io.decisionstore.operators.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.kafka.KafkaRows;
import java.util.Arrays;
import java.util.Base64;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DecodeEventTest {
  private OneInputStreamOperatorTestHarness<Row, Row> harness;

  @BeforeEach
  void open() throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new DecodeEvent(Events.PLAN)));
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void anEventKeepsItsBytes() throws Exception {
    Row event = Events.archived("d-1", 2);
    harness.processElement(Events.record((byte[]) event.getField(ArchiveRows.VALUE)), 0);
    assertThat(harness.extractOutputValues()).containsExactly(event);
    assertThat(harness.getSideOutput(DeadLetter.TAG)).isNull();
  }

  @Test
  void whatIsNoEventIsADeadLetterWithItsBytesAndPlace() throws Exception {
    byte[] whole = (byte[]) Events.archived("d-1", 2).getField(ArchiveRows.VALUE);
    byte[] cut = Arrays.copyOf(whole, whole.length - 1);
    harness.processElement(Events.record(cut), 0);
    assertThat(harness.extractOutputValues()).isEmpty();
    Row letter = harness.getSideOutput(DeadLetter.TAG).element().getValue();
    JsonNode json = new ObjectMapper().readTree((byte[]) letter.getField(KafkaRows.VALUE));
    assertThat(json.path("stage").asText()).isEqualTo("archive");
    assertThat(json.path("reason").asText()).startsWith("the value does not fit its schema");
    assertThat(json.at("/original/value").asText())
        .isEqualTo(Base64.getEncoder().encodeToString(cut));
    assertThat(json.at("/position/offset").asLong()).isEqualTo(7);
  }

  @Test
  void aDeletionMarkIsADeadLetter() throws Exception {
    harness.processElement(Events.record(null), 0);
    Row letter = harness.getSideOutput(DeadLetter.TAG).element().getValue();
    JsonNode json = new ObjectMapper().readTree((byte[]) letter.getField(KafkaRows.VALUE));
    assertThat(json.at("/original/value").isNull()).isTrue();
  }
}
