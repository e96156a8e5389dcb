package io.decisionstore.dynamodb.sink.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.sink.item.RejectedRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RejectedTest {
  private static final LetterLimits SMALL = new LetterLimits(10_000, 1L << 20);

  private static RejectedRow of(String row) {
    return new RejectedRow("t", "id=7", "it is too large", row, 1_700_000_000_000L);
  }

  @Test
  void aFailingSinkNamesTheItemTheReasonAndTheWayOut() {
    assertThatThrownBy(() -> new FailingRejections("t at eu-west-1").reject(of("{}")))
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .hasMessage(
            "The item id=7 cannot be written to the table t at eu-west-1: it is too large. Correct it, or give the sink a place for such rows: set_on_rejected(dead_letters(...)).");
    RejectedRow keyless = new RejectedRow("t", null, "its id is null", "{}", 1);
    assertThatThrownBy(() -> new FailingRejections("t at eu-west-1").reject(keyless))
        .cause()
        .hasMessageStartingWith(
            "A row without a key cannot be written to the table t at eu-west-1: its id is null.");
  }

  @Test
  void theSerializerKeepsNullsAndTextsOver64KilobytesOfAnyCharacters() throws IOException {
    RejectedRowSerializer serializer = new RejectedRowSerializer();
    RejectedRow large = of("Zoë 😀 ".repeat(50_000));
    RejectedRow nulls = new RejectedRow("t", null, "r", null, 0);
    assertThat(serializer.deserialize(1, serializer.serialize(large))).isEqualTo(large);
    assertThat(serializer.deserialize(1, serializer.serialize(nulls))).isEqualTo(nulls);
  }

  @Test
  void theSerializerRefusesAnotherVersion() {
    assertThatThrownBy(() -> new RejectedRowSerializer().deserialize(2, new byte[0]))
        .hasMessageContaining("Rejected rows of version 2 cannot be read");
  }

  @Test
  void aLetterIsOneLineOfJson() throws IOException {
    String line = Letter.json(of("{\"a\":\"x\ny\"}"));
    assertThat(line).doesNotContain("\n");
    JsonNode letter = new ObjectMapper().readTree(line);
    assertThat(letter.get("row").textValue()).isEqualTo("{\"a\":\"x\ny\"}");
    assertThat(letter.get("rejected_at").longValue()).isEqualTo(1_700_000_000_000L);
    String keyless = Letter.json(new RejectedRow("t", null, "its id is null", "{}", 1));
    assertThat(new ObjectMapper().readTree(keyless).get("key").isNull()).isTrue();
  }

  @ParameterizedTest(name = "of {0}")
  @ValueSource(strings = {"x", "\"", "\\", "\n", "\u0001", "ë", "€", "😀", "x😀"})
  void aLongRowIsCutToTheSizeOfALetterAndSaysSo(String characters) {
    RejectedRow whole = of(characters.repeat(11_000));
    RejectedRow cut = Letter.cut(whole, 10_000);
    int bytes = Letter.json(cut).getBytes(StandardCharsets.UTF_8).length;
    assertThat(bytes).isLessThanOrEqualTo(10_000);
    assertThat(whole.row()).startsWith(cut.row());
    assertThat(cut.row()).hasSizeGreaterThan(1_500);
    assertThat(Character.isHighSurrogate(cut.row().charAt(cut.row().length() - 1))).isFalse();
    assertThat(cut.reason())
        .isEqualTo(
            "it is too large; of the row's %d characters the first %d are here"
                .formatted(whole.row().length(), cut.row().length()));
  }

  @Test
  void aRowThatFitsIsWhole() {
    RejectedRow row = of("x".repeat(9_300));
    assertThat(Letter.cut(row, 10_000)).isSameAs(row);
  }

  @Test
  void rowsAreTakenOnceAndCounted() {
    Counter rejected = new SimpleCounter();
    CollectedRejections collected = new CollectedRejections("t at r", SMALL, rejected, () -> 0);
    collected.reject(of("{}"));
    collected.reject(of("{\"n\":1}"));
    assertThat(collected.isEmpty()).isFalse();
    assertThat(collected.take()).containsExactly(of("{}"), of("{\"n\":1}"));
    assertThat(collected.isEmpty()).isTrue();
    assertThat(collected.take()).isEmpty();
    assertThat(rejected.getCount()).isEqualTo(2);
  }

  @Test
  void moreRowsThanTheHeapHasRoomForFailWithASentence() {
    CollectedRejections collected =
        new CollectedRejections("t at r", SMALL, new SimpleCounter(), () -> 0);
    RejectedRow row = of("x".repeat(9_000));
    assertThatCode(
            () -> {
              for (int checkpoint = 0; checkpoint < 3; checkpoint++) {
                for (int i = 0; i < 50; i++) {
                  collected.reject(row);
                }
                collected.take();
              }
            })
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 60; i++) {
                collected.reject(row);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "The table t at r has rejected more than 1 MB of rows on one subtask since the last checkpoint, the last one because it is too large.");
  }

  @Test
  void limitsWithoutRoomForALetterAreRefused() {
    assertThatThrownBy(() -> new LetterLimits(9_999, 1L << 20))
        .hasMessageContaining("at least 10000 bytes");
    assertThatThrownBy(() -> new LetterLimits(1_000_000, 1L << 20))
        .hasMessageContaining("room for one between two checkpoints");
  }
}
