package io.decisionstore.dynamodb.sink.item;

import static io.decisionstore.dynamodb.sink.item.SinkConfigs.field;
import static io.decisionstore.dynamodb.sink.item.SinkConfigs.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

class RowTextTest {
  private final SinkConfig config =
      SinkConfigs.of(
          WriteMode.put(), RowRules.DEFAULT, key("id"), field("any", Scalar.JSON, Role.ATTRIBUTE));

  @Test
  void aRowIsTheJsonOfItsFields() {
    Row row = Row.withNames();
    row.setField("id", "a\"");
    row.setField("none", null);
    row.setField("long", Long.MAX_VALUE);
    row.setField("decimal", new BigDecimal("1.50"));
    row.setField("nan", Double.NaN);
    row.setField("flag", true);
    row.setField("bytes", new byte[] {0, -1});
    row.setField("list", List.of(1, 2.5));
    row.setField("array", new long[] {3});
    row.setField("map", Map.of("k", Row.of("x", 1)));
    row.setField("day", java.time.LocalDate.of(2026, 1, 2));
    assertThat(RowText.of(config, row))
        .contains(
            "\"id\":\"a\\\"\"",
            "\"none\":null",
            "\"long\":9223372036854775807",
            "\"decimal\":1.50",
            "\"nan\":\"NaN\"",
            "\"flag\":true",
            "\"bytes\":\"AP8=\"",
            "\"list\":[1,2.5]",
            "\"array\":[3]",
            "\"map\":{\"k\":{\"f0\":\"x\",\"f1\":1}}",
            "\"day\":\"2026-01-02\"");
    assertThat(RowText.of(config, Row.of("a", 1))).isEqualTo("{\"id\":\"a\",\"any\":1}");
  }

  @Test
  void aWriteIsThePlainJsonOfItsAttributes() throws Exception {
    String any =
        "{\"M\":{\"n\":{\"N\":\"007.50\"},\"b\":{\"B\":\"AP8=\"},\"l\":[]}}"
            .replace(
                "\"l\":[]", "\"l\":{\"L\":[{\"NULL\":true},{\"BOOL\":false},{\"NS\":[\"1\"]}]}");
    ItemWrite put = new RowReader(config).read(Row.of("a", any));
    assertThat(RowText.of(config, put))
        .isEqualTo("{\"id\":\"a\",\"any\":{\"n\":7.50,\"b\":\"AP8=\",\"l\":[null,false,[1]]}}");
    ItemWrite delete = new RowReader(config).read(Row.ofKind(RowKind.DELETE, "a", null));
    assertThat(RowText.of(config, delete)).isEqualTo("{\"id\":\"a\"}");
    SinkConfig updates =
        SinkConfigs.of(
            WriteMode.update(null),
            RowRules.DEFAULT,
            key("id"),
            field("name", Scalar.STRING, Role.ATTRIBUTE),
            field("count", Scalar.LONG, Role.ADD),
            field("tags", new SetOf(Scalar.STRING), Role.ADD));
    ItemWrite update = new RowReader(updates).read(Row.of("a", "n", 5L, List.of("x")));
    assertThat(RowText.of(updates, update))
        .isEqualTo("{\"id\":\"a\",\"name\":\"n\",\"count\":5,\"tags\":[\"x\"]}");
  }

  @Test
  void aRejectedRowSaysWhereWhatAndWhy() throws Exception {
    Row row = Row.of("a", "[]");
    UnwritableRowException refusal =
        catchThrowableOfType(UnwritableRowException.class, () -> new RowReader(config).read(row));
    assertThat(RowText.rejected(config, row, refusal, 5))
        .isEqualTo(
            new RejectedRow(
                "t",
                "id=a",
                "the field any must be an attribute value in DynamoDB JSON: {\"S\":\"a\"}",
                "{\"id\":\"a\",\"any\":\"[]\"}",
                5));
    ItemWrite write = new RowReader(config).read(Row.of("a", null));
    assertThat(RowText.rejected(config, write, "Item size has exceeded", 6))
        .isEqualTo(new RejectedRow("t", "id=a", "Item size has exceeded", "{\"id\":\"a\"}", 6));
  }
}
