package io.decisionstore.dynamodb.sink.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a value of each type is in an item, and which are refused. */
class ValueWriterTest {
  private static final RowRules NULLS = new RowRules(true, null, null);
  private static final FieldType ADDRESS =
      new RowOf(
          List.of(new Field("street", "str", Scalar.STRING), new Field("zip", "zip", Scalar.LONG)));

  /** The attribute {@code value} of a row's field {@code v}; null if there is none. */
  private static String written(FieldType type, RowRules rules, Object value) throws Exception {
    ItemWrite.Put put =
        (ItemWrite.Put) new RowReader(SinkConfigs.value(type, rules)).read(Row.of("k", value));
    String item = new String(put.item(), UTF_8);
    assertThat(DynamoDbJson.item(put.item(), name -> false, Map.of()))
        .as("the size of %s", item)
        .isEqualTo(put.size());
    String start = "{\"k\":{\"S\":\"k\"}";
    assertThat(item).startsWith(start).endsWith("}");
    String rest = item.substring(start.length(), item.length() - 1);
    return rest.isEmpty() ? null : rest.substring(",\"value\":".length());
  }

  static List<Arguments> values() {
    return List.of(
        Arguments.of(Scalar.STRING, "", "{'S':''}"),
        Arguments.of(
            Scalar.STRING,
            "a\"\\\n\r\t\u0001ü€\uD83D\uDE00/",
            "{'S':'a\\\"\\\\\\n\\r\\t\\u0001ü€\uD83D\uDE00/'}"),
        Arguments.of(Scalar.LONG, Long.MIN_VALUE, "{'N':'-9223372036854775808'}"),
        Arguments.of(Scalar.LONG, Long.MAX_VALUE, "{'N':'9223372036854775807'}"),
        Arguments.of(Scalar.LONG, 0, "{'N':'0'}"),
        Arguments.of(Scalar.LONG, (short) -10, "{'N':'-10'}"),
        Arguments.of(Scalar.INT, 1_000_000, "{'N':'1000000'}"),
        Arguments.of(Scalar.DOUBLE, 0.1, "{'N':'0.1'}"),
        Arguments.of(Scalar.DOUBLE, -0.0, "{'N':'0'}"),
        Arguments.of(Scalar.DOUBLE, 7.0, "{'N':'7'}"),
        Arguments.of(Scalar.DOUBLE, 7, "{'N':'7'}"),
        Arguments.of(Scalar.DOUBLE, 0.1f, "{'N':'0.1'}"),
        Arguments.of(Scalar.DOUBLE, 1.5e100, "{'N':'1.5E100'}"),
        Arguments.of(Scalar.DECIMAL, new BigDecimal("1.50"), "{'N':'1.5'}"),
        Arguments.of(
            Scalar.DECIMAL, new BigDecimal("9".repeat(38)), "{'N':'" + "9".repeat(38) + "'}"),
        Arguments.of(Scalar.DECIMAL, new BigDecimal("1" + "0".repeat(50)), "{'N':'1E+50'}"),
        Arguments.of(Scalar.DECIMAL, BigInteger.TWO, "{'N':'2'}"),
        Arguments.of(Scalar.BOOLEAN, true, "{'BOOL':true}"),
        Arguments.of(Scalar.BOOLEAN, false, "{'BOOL':false}"),
        Arguments.of(Scalar.BYTES, new byte[] {0, -1}, "{'B':'AP8='}"),
        Arguments.of(
            Scalar.JSON,
            "{\"L\": [{\"N\":\"1\"}, {\"NULL\":true}]}",
            "{'L': [{'N':'1'}, {'NULL':true}]}"),
        Arguments.of(new ListOf(Scalar.INT), List.of(1, 2), "{'L':[{'N':'1'},{'N':'2'}]}"),
        Arguments.of(new ListOf(Scalar.LONG), new long[] {3}, "{'L':[{'N':'3'}]}"),
        Arguments.of(new ListOf(Scalar.STRING), new String[0], "{'L':[]}"),
        Arguments.of(
            new ListOf(Scalar.STRING), Collections.singletonList(null), "{'L':[{'NULL':true}]}"),
        Arguments.of(new MapOf(Scalar.STRING), Map.of("ü", "x"), "{'M':{'ü':{'S':'x'}}}"),
        Arguments.of(ADDRESS, Row.of("s", 1L), "{'M':{'str':{'S':'s'},'zip':{'N':'1'}}}"),
        Arguments.of(new SetOf(Scalar.STRING), List.of("b", "a", "b"), "{'SS':['b','a']}"),
        Arguments.of(
            new SetOf(Scalar.DECIMAL),
            List.of(new BigDecimal("1.0"), BigDecimal.ONE),
            "{'NS':['1']}"),
        Arguments.of(
            new SetOf(Scalar.BYTES), List.of(new byte[] {1}, new byte[] {1}), "{'BS':['AQ==']}"),
        Arguments.of(
            new ListOf(new SetOf(Scalar.INT)),
            List.of(List.of(), List.of(5)),
            "{'L':[{'NULL':true},{'NS':['5']}]}"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void aValueIsWrittenAsDynamoDbHasIt(FieldType type, Object value, String expected)
      throws Exception {
    assertThat(written(type, RowRules.DEFAULT, value)).isEqualTo(expected.replace('\'', '"'));
  }

  @Test
  void nullsAreLeftOutOrWrittenAlsoInside() throws Exception {
    Row address = Row.of(null, 1L);
    Map<String, String> map = new java.util.TreeMap<>();
    map.put("a", null);
    map.put("b", "x");
    FieldType maps = new MapOf(Scalar.STRING);
    assertThat(written(Scalar.STRING, RowRules.DEFAULT, null)).isNull();
    assertThat(written(new SetOf(Scalar.INT), RowRules.DEFAULT, List.of())).isNull();
    assertThat(written(ADDRESS, RowRules.DEFAULT, address))
        .isEqualTo("{\"M\":{\"zip\":{\"N\":\"1\"}}}");
    assertThat(written(maps, RowRules.DEFAULT, map)).isEqualTo("{\"M\":{\"b\":{\"S\":\"x\"}}}");
    assertThat(written(ADDRESS, RowRules.DEFAULT, Row.of(null, null))).isEqualTo("{\"M\":{}}");
    assertThat(written(Scalar.STRING, NULLS, null)).isEqualTo("{\"NULL\":true}");
    assertThat(written(new SetOf(Scalar.INT), NULLS, List.of())).isEqualTo("{\"NULL\":true}");
    assertThat(written(ADDRESS, NULLS, address))
        .isEqualTo("{\"M\":{\"str\":{\"NULL\":true},\"zip\":{\"N\":\"1\"}}}");
    assertThat(written(maps, NULLS, map))
        .isEqualTo("{\"M\":{\"a\":{\"NULL\":true},\"b\":{\"S\":\"x\"}}}");
  }

  static List<Arguments> unfit() {
    FieldType addresses = new ListOf(ADDRESS);
    return List.of(
        Arguments.of(Scalar.STRING, 1, "v must be a string, not Integer"),
        Arguments.of(Scalar.INT, 1L, "v must be an int, not Long"),
        Arguments.of(Scalar.LONG, 1.0, "v must be a long, not Double"),
        Arguments.of(Scalar.DOUBLE, "1", "v must be a double, not String"),
        Arguments.of(
            Scalar.DOUBLE,
            Double.NaN,
            "v is NaN, and DynamoDB has no such number: send null instead"),
        Arguments.of(
            Scalar.DOUBLE,
            Float.NEGATIVE_INFINITY,
            "v is -Infinity, and DynamoDB has no such number"),
        Arguments.of(Scalar.DOUBLE, 1e126, "v is out of range"),
        Arguments.of(Scalar.DOUBLE, 1e-131, "v is out of range"),
        Arguments.of(Scalar.DECIMAL, 1.0, "v must be a decimal, not Double"),
        Arguments.of(
            Scalar.DECIMAL,
            new BigDecimal("1." + "1".repeat(38)),
            "v has 39 significant digits, and DynamoDB keeps up to 38: round it"),
        Arguments.of(Scalar.DECIMAL, new BigDecimal("1E126"), "v is out of range"),
        Arguments.of(Scalar.DECIMAL, new BigDecimal("1E-131"), "v is out of range"),
        Arguments.of(Scalar.BOOLEAN, "true", "v must be a boolean, not String"),
        Arguments.of(Scalar.BYTES, "AA", "v must be bytes, not String"),
        Arguments.of(new ListOf(Scalar.INT), "x", "v must be a list, not String"),
        Arguments.of(new ListOf(Scalar.INT), List.of(1, "x"), "v[1] must be an int, not String"),
        Arguments.of(
            new ListOf(new ListOf(Scalar.INT)), List.of(List.of(1, "x")), "v[0][1] must be an int"),
        Arguments.of(new MapOf(Scalar.INT), Map.of("a", "x"), "v.a must be an int, not String"),
        Arguments.of(
            new MapOf(Scalar.INT), Map.of(1, 1), "v must be a map with text keys, not Integer"),
        Arguments.of(ADDRESS, Map.of(), "v must be a row, not "),
        Arguments.of(ADDRESS, Row.of("s"), "v has 1 fields without names, and not 2: street, zip"),
        Arguments.of(addresses, List.of(Row.of("s", "z")), "v[0].zip must be a long, not String"),
        Arguments.of(
            new SetOf(Scalar.STRING), "x", "v must be a set: a list or an array, not String"),
        Arguments.of(
            new SetOf(Scalar.STRING), Arrays.asList("x", null), "v[1] must be a string, not null"),
        Arguments.of(
            new SetOf(Scalar.DECIMAL), List.of(new BigDecimal("1E126")), "v[0] is out of range"));
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void aValueThatDoesNotFitIsRefusedWithItsPlace(FieldType type, Object value, String reason) {
    RowReader reader = new RowReader(SinkConfigs.value(type, RowRules.DEFAULT));
    UnwritableRowException refused =
        catchThrowableOfType(UnwritableRowException.class, () -> reader.read(Row.of("k", value)));
    assertThat(refused).hasMessageStartingWith("the field " + reason);
    assertThat(refused.key()).isEqualTo(new ItemKey(new KeyValue('S', "k"), null));
  }

  @Test
  void nestingEndsWhereDynamoDbsDoes() throws Exception {
    FieldType deepest =
        Stream.iterate((FieldType) Scalar.JSON, ListOf::new).skip(31).findFirst().get();
    Object value = "{\"L\":[]}";
    for (int i = 0; i < 31; i++) {
      value = List.of(value);
    }
    assertThat(written(deepest, RowRules.DEFAULT, value)).contains("{\"L\":[]}");
    Object tooDeep = "{\"L\":[{\"M\":{}}]}";
    for (int i = 0; i < 31; i++) {
      tooDeep = List.of(tooDeep);
    }
    RowReader reader = new RowReader(SinkConfigs.value(deepest, RowRules.DEFAULT));
    Row row = Row.of("k", tooDeep);
    assertThatThrownBy(() -> reader.read(row))
        .isInstanceOf(UnwritableRowException.class)
        .hasMessageContaining("nested too deep: DynamoDB takes up to 32 levels");
    FieldType declaredTooDeep = new ListOf(new ListOf(deepest));
    assertThatThrownBy(() -> new RowReader(SinkConfigs.value(declaredTooDeep, RowRules.DEFAULT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 levels");
  }

  @Test
  void aTimeToLiveIsInSecondsAndWhatIsNoTimeIsRefused() throws Exception {
    RowReader reader =
        new RowReader(
            SinkConfigs.of(
                WriteMode.put(),
                NULLS,
                SinkConfigs.key("k"),
                new SinkField("expires", "ttl", Scalar.LONG, Role.TIME_TO_LIVE)));
    assertThat(
            new String(
                ((ItemWrite.Put) reader.read(Row.of("k", 1_763_980_000_000L))).item(), UTF_8))
        .contains("\"ttl\":{\"N\":\"1763980000\"}");
    for (Map.Entry<Long, String> wrong :
        Map.of(1_763_980_000L, "seconds?", 1_763_980_000_000_000L, "microseconds?", 0L, "")
            .entrySet()) {
      assertThatThrownBy(() -> reader.read(Row.of("k", wrong.getKey())))
          .isInstanceOf(UnwritableRowException.class)
          .hasMessageStartingWith("the field expires is the time to live %d,", wrong.getKey())
          .hasMessageEndingWith(wrong.getValue());
    }
  }
}
