package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.Limits;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import java.util.List;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class RowToItemTest {
  private final RowToItem rows = new RowToItem(Sinks.putIfNewer(1, 1));

  private static RowToItem with(Scalar keyType, Scalar valueType) {
    return new RowToItem(
        new SinkConfig(
            "t",
            "r",
            null,
            List.of(
                new SinkField("k", "key", keyType, Role.PARTITION_KEY),
                new SinkField("v", "value", valueType, Role.ATTRIBUTE)),
            WriteMode.put(),
            RowRules.DEFAULT,
            Capacity.auto(Capacity.DEFAULT_SHARE),
            new Limits(1, 1, 1, 1, 64L << 20),
            false));
  }

  private void refused(Object row, String sentence) {
    assertThatThrownBy(() -> rows.convert(row)).hasMessageContaining(sentence);
  }

  @Test
  void fieldsAreFoundByNameInAnyOrderAndOthersLeftAlone() {
    Row row = Row.withNames();
    row.setField("other", "x");
    row.setField("value", null);
    row.setField("version", 3L);
    row.setField("use_case", "u");
    row.setField("entity", "e");
    Item item = rows.convert(row);
    assertThat(item.attributes()).containsOnlyKeys("entity", "use_case", "version");
    assertThat(item.version()).isEqualTo(3);
  }

  @Test
  void aRowThatDoesNotFitIsRefusedWithASentence() {
    refused(Row.of("e", "u", 1L), "has 4 fields, and the row has 3 without names");
    refused(Row.of("e", null, 1L, "v"), "has no use_case, which is part of the key");
    refused(Row.of("", "u", 1L, "v"), "has an empty entity, which is part of the key");
    refused(
        Row.of("e", "u", "1", "v"), "The field version for the table t: expected long, got String");
    refused(
        Row.of("e", "u", null, "v"),
        "The item entity=e, use_case=u for the table t has no version");
    refused("text", "takes rows, not String");
    refused(Row.ofKind(RowKind.DELETE, "e", "u", 1L, "v"), "does not delete");
    Row named = Row.withNames();
    named.setField("entity", "e");
    refused(named, "has no field use_case; it has entity");
  }

  @Test
  void numbersAreWrittenAsDynamoDbTakesThem() {
    RowToItem doubles = with(Scalar.STRING, Scalar.DOUBLE);
    assertThat(doubles.convert(Row.of("k", 0.1)).attributes().get("value").n()).isEqualTo("0.1");
    assertThat(doubles.convert(Row.of("k", 7)).attributes().get("value").n()).isEqualTo("7");
    assertThatThrownBy(() -> doubles.convert(Row.of("k", Double.NaN)))
        .hasMessageContaining("The field v for the table t is NaN");
    assertThatThrownBy(() -> with(Scalar.STRING, Scalar.INT).convert(Row.of("k", 1L)))
        .hasMessageContaining("expected int, got Long");
  }

  @Test
  void equalNumbersAreOneKeyHoweverTheyAreWritten() {
    RowToItem numbers = with(Scalar.DOUBLE, Scalar.STRING);
    assertThat(numbers.convert(Row.of(0.0, "a")).key())
        .isEqualTo(numbers.convert(Row.of(-0.0, "b")).key())
        .isEqualTo(numbers.convert(Row.of(0, "c")).key());
    assertThat(numbers.convert(Row.of(100.0, "a")).key().partition())
        .isEqualTo(AttributeValue.fromN("100"));
  }
}
