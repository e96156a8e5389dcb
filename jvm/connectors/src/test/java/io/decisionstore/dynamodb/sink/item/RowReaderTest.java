package io.decisionstore.dynamodb.sink.item;

import static io.decisionstore.dynamodb.sink.item.SinkConfigs.field;
import static io.decisionstore.dynamodb.sink.item.SinkConfigs.key;
import static io.decisionstore.dynamodb.sink.item.SinkConfigs.versions;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Delete;
import io.decisionstore.dynamodb.sink.item.ItemWrite.NumberAddend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Put;
import io.decisionstore.dynamodb.sink.item.ItemWrite.SetAddend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Update;
import java.math.BigDecimal;
import java.util.List;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

class RowReaderTest {
  private static final WriteMode NEWER = WriteMode.putIfNewer("version", null);
  private static final WriteMode WITH_TOMBSTONE = WriteMode.putIfNewer("version", "deleted");

  private final SinkConfig config = versions(NEWER, RowRules.DEFAULT);
  private final RowReader rows = new RowReader(config);

  private static UnwritableRowException refused(RowReader reader, Object row) {
    return catchThrowableOfType(UnwritableRowException.class, () -> reader.read(row));
  }

  private static RowReader reader(WriteMode mode, RowRules rules) {
    return new RowReader(versions(mode, rules));
  }

  private static String json(ItemWrite write) {
    return new String(((Put) write).item(), UTF_8);
  }

  @Test
  void fieldsAreFoundByNameInAnyOrderAndOthersLeftAlone() throws Exception {
    Row row = Row.withNames();
    row.setField("other", "x");
    row.setField("value", null);
    row.setField("version", 3L);
    row.setField("use_case", "u");
    row.setField("entity", "e");
    ItemWrite write = rows.read(row);
    assertThat(json(write))
        .isEqualTo(
            "{\"entity\":{\"S\":\"e\"},\"use_case\":{\"S\":\"u\"},\"version\":{\"N\":\"3\"}}");
    assertThat(write.version()).isEqualTo(3);
    assertThat(write.key()).isEqualTo(new ItemKey(new KeyValue('S', "e"), new KeyValue('S', "u")));
    assertThat(write.size()).isEqualTo("entityeuse_caseuversion".length() + 2);
  }

  @Test
  void aRowThatCanNeverBeWrittenIsRefusedWithItsReasonAndItsKey() {
    assertThat(refused(rows, Row.of("e", null, 1L, "v")))
        .hasMessage("the field use_case is missing, and it is part of the key")
        .extracting(UnwritableRowException::key)
        .isNull();
    assertThat(refused(rows, Row.of("", "u", 1L, "v")))
        .hasMessage(
            "the field entity is empty, and it is part of the key: DynamoDB takes no empty keys");
    UnwritableRowException unfit = refused(rows, Row.of("e", "u", "1", "v"));
    assertThat(unfit).hasMessage("the field version must be a long, not String");
    assertThat(unfit.key().describe(config)).isEqualTo("entity=e, use_case=u");
    assertThat(refused(rows, Row.of("e", "u", null, "v")))
        .hasMessage("it has no version: version must be set in every row");
    assertThat(refused(rows, Row.of("e", "u", 1L, "x".repeat(500 * 1024))))
        .hasMessage("it has 501 KB, and DynamoDB takes up to 400: keep large values elsewhere");
    assertThat(refused(rows, Row.of("e", "u", 1L, "\uD800")))
        .hasMessageContaining("the field value has half a character");
  }

  @Test
  void keysHaveDynamoDbsLengths() throws Exception {
    assertThat(rows.read(Row.of("ü".repeat(1024), "u".repeat(1024), 1L, null))).isNotNull();
    assertThat(refused(rows, Row.of("ü".repeat(1024) + "x", "u", 1L, null)))
        .hasMessage(
            "the field entity has 2049 bytes, and it is part of the key: DynamoDB takes up to 2048");
    assertThat(refused(rows, Row.of("e", "u".repeat(1025), 1L, null)))
        .hasMessageContaining("use_case has 1025 bytes")
        .hasMessageContaining("up to 1024");
  }

  @Test
  void aStreamTheSinkWasNotDeclaredForFailsTheJob() {
    assertThatThrownBy(() -> rows.read("text"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("takes rows, not String: give the stream before it a row type");
    assertThatThrownBy(() -> rows.read(Row.of("e", "u", 1L)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The row for the table t has 3 fields without names, and not 4: entity, use_case, version, value.");
    Row named = Row.withNames();
    named.setField("entity", "e");
    assertThatThrownBy(() -> rows.read(named))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The row for the table t has no field use_case; it has entity.");
  }

  @Test
  void theKindOfARowSaysWhatItDoes() throws Exception {
    RowReader puts = reader(WriteMode.put(), RowRules.DEFAULT);
    Object[] values = {"e", "u", 1L, "v"};
    assertThat(puts.read(Row.ofKind(RowKind.INSERT, values))).isInstanceOf(Put.class);
    assertThat(puts.read(Row.ofKind(RowKind.UPDATE_BEFORE, values))).isNull();
    assertThat(puts.read(Row.ofKind(RowKind.UPDATE_AFTER, values))).isInstanceOf(Put.class);
    assertThat(puts.read(Row.ofKind(RowKind.DELETE, "e", "u", "no long", null)))
        .isEqualTo(new Delete(new ItemKey(new KeyValue('S', "e"), new KeyValue('S', "u"))));
    RowReader deletes = reader(WriteMode.delete(), RowRules.DEFAULT);
    assertThat(deletes.read(Row.of(values))).isInstanceOf(Delete.class);
    assertThat(deletes.read(Row.ofKind(RowKind.UPDATE_BEFORE, values))).isNull();
  }

  @Test
  void aFlagDeletesAsTheKindDoes() throws Exception {
    RowReader reader = reader(WriteMode.put(), new RowRules(false, "gone", null));
    assertThat(reader.read(Row.of("e", "u", 1L, "v", true))).isInstanceOf(Delete.class);
    assertThat(json(reader.read(Row.of("e", "u", 1L, "v", false)))).doesNotContain("gone");
    assertThat(reader.read(Row.of("e", "u", 1L, "v", null))).isInstanceOf(Put.class);
    UnwritableRowException unfit = refused(reader, Row.of("e", "u", 1L, "v", "yes"));
    assertThat(unfit).hasMessage("the field gone must be a boolean, not String");
    assertThat(unfit.key()).isNotNull();
  }

  @Test
  void whereVersionsDecideADeletedItemLeavesATombstone() throws Exception {
    RowReader reader =
        new RowReader(
            SinkConfigs.of(
                WITH_TOMBSTONE,
                new RowRules(true, null, null),
                key("id"),
                field("version", Scalar.LONG, Role.ATTRIBUTE),
                field("value", Scalar.STRING, Role.ATTRIBUTE),
                field("expires", Scalar.LONG, Role.TIME_TO_LIVE)));
    ItemWrite write = reader.read(Row.ofKind(RowKind.DELETE, "i", 7L, "v", 1_763_980_000_001L));
    assertThat(json(write))
        .isEqualTo(
            "{\"id\":{\"S\":\"i\"},\"version\":{\"N\":\"7\"},\"expires\":{\"N\":\"1763980001\"},\"deleted\":{\"BOOL\":true}}");
    assertThat(write.version()).isEqualTo(7);
    assertThat(json(reader.read(Row.ofKind(RowKind.DELETE, "i", 7L, null, null))))
        .doesNotContain("expires");
    assertThat(refused(reader, Row.ofKind(RowKind.DELETE, "i", null, "v", null)))
        .hasMessageContaining("no version");
    assertThat(refused(rows, Row.ofKind(RowKind.DELETE, "e", "u", 1L, "v")))
        .hasMessage(
            "the row deletes it, and an older row could bring it back: name a tombstone, put_if_newer(\"version\", tombstone=\"deleted\")");
  }

  @Test
  void anUpdateSetsAndAddsWhatTheRowHas() throws Exception {
    SinkConfig updates =
        SinkConfigs.of(
            WriteMode.update(null),
            RowRules.DEFAULT,
            key("id"),
            field("name", Scalar.STRING, Role.ATTRIBUTE),
            field("count", Scalar.DECIMAL, Role.ADD),
            field("tags", new SetOf(Scalar.DOUBLE), Role.ADD));
    RowReader reader = new RowReader(updates);
    Update update =
        (Update) reader.read(Row.of("i", "n", new BigDecimal("1.50"), List.of(1.0, 100.0, 1.0)));
    assertThat(update.set()).containsOnlyKeys("name");
    assertThat(update.set().get("name")).asString(UTF_8).isEqualTo("{\"S\":\"n\"}");
    assertThat(update.add())
        .containsEntry("count", new NumberAddend(new BigDecimal("1.5")))
        .containsEntry("tags", new SetAddend("NS", List.of("1", "100")));
    assertThat(update.size()).isEqualTo("idinamencounttags".length() + 2 + 4);
    Update empty = (Update) reader.read(Row.of("i", null, null, List.of()));
    assertThat(empty.set()).isEmpty();
    assertThat(empty.add()).isEmpty();
    assertThat(reader.read(Row.ofKind(RowKind.DELETE, "i", null, null, null)))
        .isInstanceOf(Delete.class);
  }

  @Test
  void halfACharacterInASetThatIsAddedIsRefused() {
    RowReader reader =
        new RowReader(
            SinkConfigs.of(
                WriteMode.update(null),
                RowRules.DEFAULT,
                key("id"),
                field("tags", new SetOf(Scalar.STRING), Role.ADD)));
    UnwritableRowException unfit = refused(reader, Row.of("i", List.of("a", "b\ud800")));
    assertThat(unfit).hasMessageStartingWith("the field tags has half a character");
    assertThat(unfit.key()).isNotNull();
  }

  @Test
  void anUpdateWithVersionsSetsTheVersionAndDeletesNothing() throws Exception {
    RowReader reader = reader(WriteMode.update("version"), RowRules.DEFAULT);
    Update update = (Update) reader.read(Row.of("e", "u", 4L, null));
    assertThat(update.version()).isEqualTo(4);
    assertThat(update.set()).containsOnlyKeys("version");
    assertThat(refused(reader, Row.of("e", "u", null, "v"))).hasMessageContaining("no version");
    assertThat(refused(reader, Row.ofKind(RowKind.DELETE, "e", "u", 4L, null)))
        .hasMessageContaining("an update deletes only without a version");
  }

  @Test
  void aNullFieldIsNoAttributeOrDynamoDbsNull() throws Exception {
    Row row = Row.of("e", "u", 1L, null);
    assertThat(json(reader(NEWER, RowRules.DEFAULT).read(row))).doesNotContain("value");
    assertThat(json(reader(NEWER, new RowRules(true, null, null)).read(row)))
        .endsWith("\"value\":{\"NULL\":true}}");
  }

  @Test
  void equalNumbersAreOneKeyHoweverTheyAreWritten() throws Exception {
    RowReader numbers =
        new RowReader(
            SinkConfigs.of(
                WriteMode.put(), RowRules.DEFAULT, field("n", Scalar.DOUBLE, Role.PARTITION_KEY)));
    assertThat(numbers.read(Row.of(0.0)).key())
        .isEqualTo(numbers.read(Row.of(-0.0)).key())
        .isEqualTo(numbers.read(Row.of(0)).key());
    assertThat(numbers.read(Row.of(100.0)).key().partition()).isEqualTo(new KeyValue('N', "100"));
    assertThat(numbers.read(Row.of(1e22)).key().partition())
        .isEqualTo(new KeyValue('N', "1" + "0".repeat(22)));
    RowReader bytes =
        new RowReader(
            SinkConfigs.of(
                WriteMode.put(), RowRules.DEFAULT, field("b", Scalar.BYTES, Role.PARTITION_KEY)));
    assertThat(bytes.read(Row.of((Object) new byte[] {0, -1})).key().partition())
        .isEqualTo(new KeyValue('B', "AP8="));
  }

  @Test
  void aRowsBytesDoNotDependOnTheRowsBefore() throws Exception {
    ItemWrite small = rows.read(Row.of("e", "u", 1L, "v"));
    String before = json(small);
    ItemWrite large = rows.read(Row.of("e", "u", 1L, "x".repeat(200_000)));
    refused(rows, Row.of("e", "u", "?", "v"));
    assertThat(json(small)).isEqualTo(before).isEqualTo(json(rows.read(Row.of("e", "u", 1L, "v"))));
    assertThat(json(large)).hasSizeGreaterThan(200_000).endsWith("x\"}}");
  }
}
