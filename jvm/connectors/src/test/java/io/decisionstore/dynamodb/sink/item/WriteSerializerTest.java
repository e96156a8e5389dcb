package io.decisionstore.dynamodb.sink.item;

import static io.decisionstore.dynamodb.sink.item.SinkConfigs.field;
import static io.decisionstore.dynamodb.sink.item.SinkConfigs.key;
import static io.decisionstore.dynamodb.sink.item.SinkConfigs.versions;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Put;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

class WriteSerializerTest {
  private static final SinkConfig NEWER =
      versions(WriteMode.putIfNewer("version", null), RowRules.DEFAULT);

  private static ItemWrite again(SinkConfig config, ItemWrite write) throws IOException {
    WriteSerializer serializer = new WriteSerializer(config);
    return serializer.deserialize(2, serializer.serialize(write));
  }

  @Test
  void aWriteComesBackAsItWas() throws Exception {
    ItemWrite put =
        new RowReader(NEWER)
            .read(Row.of("å\uD83D\uDE00\n", "u", Long.MIN_VALUE, "x".repeat(99_999)));
    assertThat(again(NEWER, put)).usingRecursiveComparison().isEqualTo(put);

    SinkConfig puts = versions(WriteMode.put(), RowRules.DEFAULT);
    ItemWrite delete = new RowReader(puts).read(Row.ofKind(RowKind.DELETE, "\"e", "u", null, null));
    assertThat(again(puts, delete)).isEqualTo(delete);

    SinkConfig updates =
        SinkConfigs.of(
            WriteMode.update("version"),
            RowRules.DEFAULT,
            field("id", Scalar.LONG, Role.PARTITION_KEY),
            field("at", Scalar.BYTES, Role.SORT_KEY),
            field("version", Scalar.INT, Role.ATTRIBUTE),
            field("name", Scalar.STRING, Role.ATTRIBUTE),
            field("count", Scalar.DOUBLE, Role.ADD),
            field("tags", new SetOf(Scalar.STRING), Role.ADD),
            field("sums", new SetOf(Scalar.LONG), Role.ADD),
            field("blobs", new SetOf(Scalar.BYTES), Role.ADD));
    byte[] bytes = {1, 2};
    for (Row row :
        List.of(
            Row.of(5L, bytes, 3, "n\"", 1e20, List.of("ü", "\n"), List.of(3L, 10L), List.of(bytes)),
            Row.of(5L, bytes, 3, null, null, null, null, null))) {
      ItemWrite update = new RowReader(updates).read(row);
      assertThat(again(updates, update)).usingRecursiveComparison().isEqualTo(update);
    }
  }

  @Test
  void theFirstVersionOfTheFormStaysReadable() throws IOException {
    byte[] written =
        HexFormat.of()
            .parseHex(
                "0000000300000006656e7469747953000000016100000008" // 3, entity, S a
                    + "7573655f636173655300000001750000000776657273696f6e4e0000000137"); // u, N 7
    Put put = (Put) new WriteSerializer(NEWER).deserialize(1, written);
    assertThat(put.item())
        .asString(UTF_8)
        .isEqualTo(
            "{\"entity\":{\"S\":\"a\"},\"use_case\":{\"S\":\"u\"},\"version\":{\"N\":\"7\"}}");
    assertThat(put.version()).isEqualTo(7);
    assertThat(put.key().describe(NEWER)).isEqualTo("entity=a, use_case=u");
    assertThat(again(NEWER, put)).usingRecursiveComparison().isEqualTo(put);
  }

  @Test
  void theFirstVersionsOtherTypesToo() throws IOException {
    // Written by version 1: id S "é\"", flag BOOL true, bytes B 00 ff, double N "-0.125".
    byte[] written = HexFormat.of().parseHex(FIRST_VERSION_TYPES);
    SinkConfig config = SinkConfigs.of(WriteMode.put(), RowRules.DEFAULT, key("id"));
    Put put = (Put) new WriteSerializer(config).deserialize(1, written);
    assertThat(put.item())
        .asString(UTF_8)
        .isEqualTo(
            "{\"id\":{\"S\":\"é\\\"\"},\"flag\":{\"BOOL\":true},\"bytes\":{\"B\":\"AP8=\"},\"double\":{\"N\":\"-0.125\"}}");
  }

  private static final String FIRST_VERSION_TYPES =
      "000000040000000269645300000003c3a92200000004666c61673f01000000056"
          + "279746573420000000200ff00000006646f75626c654e000000062d302e313235";

  @Test
  void aStateOfANewerReleaseIsRefusedWithASentence() {
    assertThatThrownBy(() -> new WriteSerializer(NEWER).deserialize(3, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 3");
  }

  @Test
  void writesThatDoNotFitTheSinkAnyMoreAreRefusedWithASentence() throws Exception {
    SinkConfig before =
        SinkConfigs.of(
            WriteMode.put(),
            RowRules.DEFAULT,
            key("entity"),
            field("use_case", Scalar.STRING, Role.ATTRIBUTE));
    byte[] put =
        new WriteSerializer(before).serialize(new RowReader(before).read(Row.of("e", null)));
    assertThatThrownBy(() -> new WriteSerializer(NEWER).deserialize(2, put))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "do not fit the sink as it is declared now: the field use_case is missing");
    SinkConfig updates = versions(WriteMode.update(null), RowRules.DEFAULT);
    byte[] update =
        new WriteSerializer(updates)
            .serialize(new RowReader(updates).read(Row.of("e", "u", 1L, "v")));
    assertThatThrownBy(() -> new WriteSerializer(NEWER).deserialize(2, update))
        .hasMessageContaining("it does not update items in the mode put_if_newer");
  }
}
