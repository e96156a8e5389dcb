package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.source.config.Column.Origin;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

class PageDecoderTest {
  private static final String INSERT =
      """
      {"awsRegion":"eu-west-1","eventID":"e","eventName":"INSERT","eventVersion":"1.1","dynamodb":{
        "ApproximateCreationDateTime":%s,"Keys":{"id":{"S":"a"}},"NewImage":%s,
        "SequenceNumber":"%s","SizeBytes":9,"StreamViewType":"NEW_IMAGE"}}""";

  private static String insert(String image) {
    return INSERT.formatted("1.7E9", image, "100");
  }

  private static DecodedPage decode(List<Column> columns, String... records) {
    return decode(columns, Long.MIN_VALUE, Long.MAX_VALUE, records);
  }

  private static DecodedPage decode(
      List<Column> columns, long from, long until, String... records) {
    byte[] body = ("{\"Records\": [" + String.join(" ,", records) + "]}\n").getBytes(UTF_8);
    try {
      return new PageDecoder(columns).decode(body, body.length, "t", "shard-1", from, until);
    } catch (MalformedPageException malformed) {
      throw new AssertionError(malformed);
    }
  }

  private static Column column(String name, FieldType type) {
    return new Column(name, Origin.NEW_IMAGE, name, type);
  }

  private static Column column(
      String name, FieldType type, List<String> aliases, String defaultJson) {
    return new Column(Origin.NEW_IMAGE, new Field(name, name, aliases, type, defaultJson));
  }

  /** An attribute `a` of a type: its value, or the error. */
  private static Object read(FieldType type, String value) {
    List<Column> columns = List.of(column("a", type), Column.of("error", Metadata.DECODE_ERROR));
    Row row = decode(columns, insert("{\"a\":" + value + "}")).row(0);
    return row.getField(1) == null ? row.getField(0) : row.getField(1);
  }

  @Test
  void aRecordBecomesTheDeclaredFields() {
    List<Column> columns =
        List.of(
            Column.of("kind", Metadata.EVENT_KIND),
            Column.of("number", Metadata.SEQUENCE_NUMBER),
            Column.of("shard", Metadata.SHARD_ID),
            Column.of("table", Metadata.TABLE),
            Column.of("created", Metadata.CREATED_AT),
            Column.of("error", Metadata.DECODE_ERROR),
            Column.of("raw", Metadata.RAW),
            column("id", Scalar.STRING),
            column("n", Scalar.LONG),
            new Column("before", Origin.OLD_IMAGE, "n", Scalar.LONG));
    Row row =
        decode(columns, insert("{\"id\":{\"S\":\"a\"},\"x\":{\"S\":\"y\"},\"n\":{\"N\":\"7\"}}"))
            .row(0);
    assertThat(row)
        .isEqualTo(
            Row.of("INSERT", "100", "shard-1", "t", 1_700_000_000_000L, null, null, "a", 7L, null));
  }

  @Test
  void eachTypeReadsItsAttribute() {
    assertThat(read(Scalar.STRING, "{\"S\":\"\"}")).isEqualTo("");
    assertThat(read(Scalar.STRING, "{\"S\":\"a\\\"\\u00e9\\ud83d\\ude00\"}")).isEqualTo("a\"é😀");
    assertThat(read(Scalar.LONG, "{\"N\":\"-9223372036854775808\"}")).isEqualTo(Long.MIN_VALUE);
    assertThat(read(Scalar.LONG, "{\"N\":\"12.0\"}")).isEqualTo(12L);
    assertThat(read(Scalar.LONG, "{\"N\":\"1E3\"}")).isEqualTo(1000L);
    assertThat(read(Scalar.INT, "{\"N\":\"-5\"}")).isEqualTo(-5);
    assertThat(read(Scalar.DOUBLE, "{\"N\":\"0.1\"}")).isEqualTo(0.1);
    assertThat(read(Scalar.DOUBLE, "{\"N\":\"9.9E125\"}")).isEqualTo(9.9E125);
    String digits = "1234567890.1234567890123456789012345678";
    assertThat(read(Scalar.DECIMAL, "{\"N\":\"" + digits + "\"}"))
        .isEqualTo(new BigDecimal(digits));
    assertThat(read(Scalar.BOOLEAN, "{\"BOOL\": false}")).isEqualTo(false);
    assertThat(read(Scalar.BYTES, "{\"B\":\"AQI=\"}")).isEqualTo(new byte[] {1, 2});
    assertThat(read(Scalar.JSON, "{\"L\": [{\"N\":\"1\"}]}")).isEqualTo("{\"L\": [{\"N\":\"1\"}]}");
    assertThat(read(new ListOf(Scalar.LONG), "{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}"))
        .isEqualTo(List.of(1L, 2L));
    assertThat(read(new MapOf(Scalar.BOOLEAN), "{\"M\":{\"x\":{\"BOOL\":true}}}"))
        .isEqualTo(Map.of("x", true));
    assertThat(read(new SetOf(Scalar.STRING), "{\"SS\":[\"b\",\"a\"]}"))
        .isEqualTo(List.of("b", "a"));
    assertThat(read(new SetOf(Scalar.DOUBLE), "{\"NS\":[\"1.5\"]}")).isEqualTo(List.of(1.5));
    RowOf row = new RowOf(List.of(new Field("zip", "postcode", Scalar.STRING)));
    assertThat(read(row, "{\"M\":{\"x\":{\"L\":[]},\"postcode\":{\"S\":\"1\"}}}"))
        .isEqualTo(Row.of("1"));
  }

  @Test
  void whatDoesNotFitSaysWhereAndWhy() {
    assertThat(read(Scalar.LONG, "{\"S\":\"x\"}")).isEqualTo("a: expected long, got S");
    assertThat(read(Scalar.LONG, "{\"N\":\"1.5\"}"))
        .isEqualTo("a: expected long, got N with a fraction or out of range");
    assertThat(read(Scalar.INT, "{\"N\":\"2147483648\"}"))
        .isEqualTo("a: expected int, got N with a fraction or out of range");
    assertThat(read(Scalar.LONG, "{\"N\":\"1E999999999\"}"))
        .isEqualTo("a: expected long, got N with a fraction or out of range");
    assertThat(read(Scalar.DOUBLE, "{\"N\":\"NaN\"}"))
        .isEqualTo("a: expected double, got a malformed N");
    assertThat(read(Scalar.BYTES, "{\"B\":\"?\"}"))
        .isEqualTo("a: expected bytes, got a malformed B");
    assertThat(read(Scalar.STRING, "{\"Z\":\"?\"}")).isEqualTo("a: expected string, got Z");
    assertThat(read(Scalar.STRING, "\"x\""))
        .isEqualTo("a: expected string, got no attribute value");
    assertThat(read(Scalar.STRING, "{\"S\":\"\\x\"}"))
        .isEqualTo("a: expected string, got a malformed attribute value");
    assertThat(read(new ListOf(Scalar.STRING), "{\"L\":[{\"S\":\"x\"},{\"N\":\"1\"}]}"))
        .isEqualTo("a[1]: expected string, got N");
    assertThat(read(new ListOf(Scalar.STRING), "{\"L\":[{\"NULL\":true}]}"))
        .isEqualTo("a[0]: expected string, got NULL");
    RowOf address = new RowOf(List.of(new Field("zip", "zip", Scalar.LONG)));
    assertThat(read(address, "{\"M\":{\"zip\":{\"S\":\"1\"}}}"))
        .isEqualTo("a.zip: expected long, got S");
    assertThat(
            read(
                new MapOf(new ListOf(address)),
                "{\"M\":{\"k\":{\"L\":[{\"M\":{\"zip\":{\"S\":\"1\"}}}]}}}"))
        .isEqualTo("a.k[0].zip: expected long, got S");
    assertThat(read(new SetOf(Scalar.LONG), "{\"NS\":[\"1\",\"0.5\"]}"))
        .isEqualTo("a[1]: expected long, got N with a fraction or out of range");
  }

  @Test
  void misfitsAreJoinedAndTheRecordIsKeptAsItWasSent() {
    List<Column> columns =
        List.of(
            column("a", Scalar.LONG),
            column("b", Scalar.LONG),
            column("c", Scalar.LONG),
            Column.of("error", Metadata.DECODE_ERROR),
            Column.of("raw", Metadata.RAW));
    String record =
        insert("{ \"c\":{\"N\":\"1\"},\"a\":{\"S\":\"\\u0041\"},\"b\":{\"BOOL\":true} }");
    assertThat(decode(columns, record).row(0))
        .isEqualTo(
            Row.of(null, null, 1L, "a: expected long, got S; b: expected long, got BOOL", record));
  }

  @Test
  void aRemovedItemHasItsKeyAndRawAndNoDefaults() {
    List<Column> columns =
        List.of(
            column("id", Scalar.STRING),
            column("n", Scalar.LONG, List.of(), "{\"N\":\"5\"}"),
            new Column("before", Origin.OLD_IMAGE, "n", Scalar.LONG),
            Column.of("raw", Metadata.RAW));
    String record =
        """
        {"eventName":"REMOVE","dynamodb":{"OldImage":{"n":{"N":"3"}},"Keys":{"id":{"S":"a"}},"SequenceNumber":"1"}}""";
    assertThat(decode(columns, record).row(0)).isEqualTo(Row.of("a", null, 3L, record));
  }

  @Test
  void olderNamesAndDefaultsStandInForWhatIsMissing() {
    Column column = column("a", Scalar.STRING, List.of("b", "c"), "{\"S\":\"none\"}");
    assertThat(decode(List.of(column), insert("{\"c\":{\"S\":\"3\"},\"b\":{\"S\":\"2\"}}")).row(0))
        .isEqualTo(Row.of("2"));
    assertThat(decode(List.of(column), insert("{}")).row(0)).isEqualTo(Row.of("none"));
    assertThat(decode(List.of(column), insert("{\"b\":{\"NULL\":true}}")).row(0))
        .isEqualTo(Row.of((Object) null));
    Column error = Column.of("error", Metadata.DECODE_ERROR);
    assertThat(decode(List.of(column, error), insert("{\"c\":{\"N\":\"3\"}}")).row(0))
        .isEqualTo(Row.of(null, "c: expected string, got N"));
  }

  @Test
  void rowsDoNotShareADefault() {
    Column column = column("a", new ListOf(Scalar.LONG), List.of(), "{\"L\":[{\"N\":\"1\"}]}");
    DecodedPage page = decode(List.of(column), insert("{}"), insert("{}"));
    assertThat(page.row(0)).isEqualTo(Row.of(List.of(1L)));
    assertThat(page.row(0).getField(0)).isNotSameAs(page.row(1).getField(0));
  }

  @Test
  void aDefaultOfAnotherTypeIsRefused() {
    Column column = column("a", Scalar.LONG, List.of(), "{\"S\":\"1\"}");
    assertThatThrownBy(() -> new PageDecoder(List.of(column)))
        .hasMessage("The default of a does not fit: it is {\"S\":\"1\"}.");
  }

  @Test
  void theRecordItselfIsMetadataAlways() {
    String record = insert("{}");
    assertThat(decode(List.of(Column.of("record", Metadata.RECORD)), record).row(0))
        .isEqualTo(Row.of(record));
  }

  @Test
  void recordsBeforeAndAfterTheSpanAreNotThere() {
    List<Column> columns = List.of(Column.of("created", Metadata.CREATED_AT));
    String[] records = {
      INSERT.formatted("1.5", "{}", "1"),
      INSERT.formatted("2", "{}", "2"),
      INSERT.formatted("1.9999", "{}", "3"),
      INSERT.formatted("30E-1", "{}", "4"),
      INSERT.formatted("3.001", "{}", "5"),
      INSERT.formatted("2", "{}", "6")
    };
    DecodedPage page = decode(columns, 2000, 3000, records);
    assertThat(page.size()).isEqualTo(2);
    assertThat(page.row(0)).isEqualTo(Row.of(2000L));
    assertThat(page.sequenceNumber(1)).isEqualTo("4");
    assertThat(page.createdAt(1)).isEqualTo(3000);
    assertThat(page.skipped()).isEqualTo(2);
    assertThat(page.reachedUntil()).isTrue();
    assertThat(page.lastSequenceNumber()).isEqualTo("4");
    assertThat(page.lastCreatedAt()).isEqualTo(3000);

    DecodedPage all = decode(columns, 9000, Long.MAX_VALUE, records);
    assertThat(all.size()).isZero();
    assertThat(all.reachedUntil()).isFalse();
    assertThat(all.lastSequenceNumber()).isEqualTo("6");
    assertThat(all.lastCreatedAt()).isEqualTo(2000);

    DecodedPage none = decode(columns);
    assertThat(none.lastSequenceNumber()).isNull();
    assertThat(none.lastCreatedAt()).isZero();
  }
}
