package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.source.config.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.runtime.kryo.KryoSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.DeserializationFeature;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ours against a plain reading of Jackson's tree; each case is a seed, which a failure names. */
@Timeout(120)
class PageDecoderPropertyTest {
  private static final int CASES = 3_000;
  private static final String ITERATOR = "arn:aws:dynamodb:eu-west-1:1:table/t/stream/s|1|AAAA+/=";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

  /**
   * A random page.
   *
   * @param records the texts of its records
   */
  private record Page(List<Column> columns, byte[] body, List<String> records, String iterator) {
    static Page random(long seed) throws Exception {
      RandomPages pages = new RandomPages(seed);
      Random random = pages.random;
      List<Column> columns = pages.columns();
      boolean odd = random.nextBoolean();
      List<String> records = new ArrayList<>();
      int count = random.nextInt(5);
      for (int i = 0; i < count; i++) {
        String record = pages.render(pages.record(columns, i), odd);
        if (!odd && random.nextBoolean()) {
          // As Jackson writes it, which leaves a surrogate alone to UTF-8's question mark.
          record = new String(JSON.readTree(record).toString().getBytes(UTF_8), UTF_8);
        }
        records.add(record);
      }
      List<String> members = new ArrayList<>();
      String name = odd && random.nextBoolean() ? "Re\\u0063ords" : "Records";
      members.add("\"" + name + "\":[" + String.join(odd ? " ,\n" : ",", records) + "]");
      String iterator = random.nextInt(4) == 0 ? null : ITERATOR;
      if (iterator != null) {
        String text = random.nextInt(4) == 0 ? ITERATOR.replace("/", "\\/") : ITERATOR;
        String space = odd ? " " : "";
        members.add(
            random.nextInt(members.size() + 1),
            "\"NextShardIterator\"" + space + ":" + space + "\"" + text + "\"");
      } else if (random.nextInt(4) == 0) {
        members.add("\"NextShardIterator\":null");
      }
      if (random.nextInt(3) == 0) {
        members.add(random.nextInt(members.size() + 1), "\"Later\":{\"NextShardIterator\":\"no\"}");
      }
      String body = "{" + String.join(",", members) + "}" + (odd ? "\r\n" : "");
      return new Page(columns, body.getBytes(UTF_8), records, iterator);
    }

    DecodedPage decode(byte[] bytes, int length) throws MalformedPageException {
      return new PageDecoder(columns)
          .decode(bytes, length, "table", "shard", Long.MIN_VALUE, Long.MAX_VALUE);
    }
  }

  @Test
  void everyPageIsReadAsItsTreeSays() throws Exception {
    int rows = 0;
    int misfits = 0;
    for (long seed = 0; seed < CASES; seed++) {
      Page page = Page.random(seed);
      DecodedPage decoded = page.decode(page.body(), page.body().length);
      assertThat(decoded.size()).as("seed %d", seed).isEqualTo(page.records().size());
      JsonNode tree = JSON.readTree(page.body());
      TypeSerializer<Row> serializer = serializer(page.columns());
      for (int i = 0; i < decoded.size(); i++) {
        JsonNode record = tree.get("Records").get(i);
        Row expected = ReferenceRows.row(page.columns(), record, page.records().get(i));
        Row row = decoded.row(i);
        Row trees = withTrees(row, page.columns());
        for (int column = 0; column < trees.getArity(); column++) {
          Row read = Row.of(trees.getField(column));
          Row said = Row.of(expected.getField(column));
          if (!read.equals(said)) {
            assertThat(read)
                .as("seed %d, record %d, %s", seed, i, page.columns().get(column))
                .isEqualTo(said);
          }
        }
        assertThat(staysTheSameThroughFlink(row, serializer)).as("seed %d", seed).isTrue();
        rows++;
        misfits += row.toString().contains("expected ") ? 1 : 0;
      }
      assertThat(ResponseScanner.nextIterator(page.body(), page.body().length))
          .as("seed %d", seed)
          .isEqualTo(page.iterator());
    }
    // The generator makes enough of both kinds for the test to mean something.
    assertThat(rows).isGreaterThan(CASES);
    assertThat(misfits).isBetween(rows / 10, rows * 9 / 10);
  }

  @Test
  void aPageThatIsCutOffIsNeverTakenForAWholeOne() throws Exception {
    for (long seed = 0; seed < 20; seed++) {
      Page page = Page.random(seed);
      int whole = new String(page.body(), UTF_8).stripTrailing().getBytes(UTF_8).length;
      for (int length = 0; length < whole; length++) {
        // As long as its content, and with what an older response left in the buffer.
        byte[] exact = Arrays.copyOf(page.body(), length);
        int cut = length;
        assertThat(isRefused(page, exact, cut)).as("seed %d, %d bytes", seed, cut).isTrue();
        assertThat(isRefused(page, page.body(), cut)).as("seed %d, %d bytes", seed, cut).isTrue();
        try {
          // The end of the shard is never made up.
          assertThat(ResponseScanner.nextIterator(exact, cut))
              .isEqualTo(page.iterator())
              .isNotNull();
        } catch (MalformedPageException expected) {
          assertThat(expected).hasMessageContaining("at byte");
        }
      }
    }
  }

  @Test
  void aGarbledPageIsReadOrRefusedAndNothingElse() throws Exception {
    Random random = new Random(7);
    List<Page> pages = new ArrayList<>();
    for (long seed = 0; seed < 500; seed++) {
      pages.add(Page.random(seed));
    }
    int refused = 0;
    for (int i = 0; i < 30_000; i++) {
      Page page = pages.get(i % pages.size());
      byte[] garbled = page.body().clone();
      int flips = 1 + random.nextInt(4);
      for (int flip = 0; flip < flips; flip++) {
        byte[] likely = "\"\\{}[]:,u0 ".getBytes(UTF_8);
        garbled[random.nextInt(garbled.length)] =
            random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) random.nextInt();
      }
      try {
        ResponseScanner.nextIterator(garbled, garbled.length);
        DecodedPage decoded = page.decode(garbled, garbled.length);
        for (int record = 0; record < decoded.size(); record++) {
          assertThat(decoded.row(record).getArity()).isEqualTo(page.columns().size());
          assertThat(decoded.sequenceNumber(record)).isNotNull();
        }
      } catch (MalformedPageException expected) {
        refused++;
      }
    }
    assertThat(refused).isBetween(3_000, 29_000);
  }

  @Test
  void noDeclaredTypeNeedsKryo() {
    SerializerConfigImpl config = new SerializerConfigImpl();
    config.setGenericTypes(false);
    RandomPages pages = new RandomPages(1);
    for (int i = 0; i < 500; i++) {
      FieldType type = pages.type(3);
      TypeSerializer<?> serializer = type.information().createSerializer(config);
      assertThat(serializer).as("%s", type).isNotInstanceOf(KryoSerializer.class);
    }
  }

  private static boolean isRefused(Page page, byte[] bytes, int length) {
    try {
      page.decode(bytes, length);
      return false;
    } catch (MalformedPageException expected) {
      return true;
    }
  }

  private static TypeSerializer<Row> serializer(List<Column> columns) {
    SerializerConfigImpl config = new SerializerConfigImpl();
    config.setGenericTypes(false);
    return Types.ROW_NAMED(
            columns.stream().map(Column::name).toArray(String[]::new),
            columns.stream().map(each -> each.type().information()).toArray(TypeInformation[]::new))
        .createSerializer(config);
  }

  private static boolean staysTheSameThroughFlink(Row row, TypeSerializer<Row> serializer)
      throws Exception {
    DataOutputSerializer out = new DataOutputSerializer(256);
    serializer.serialize(row, out);
    Row back = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    for (int i = 0; i < row.getArity(); i++) {
      if (!Row.of(back.getField(i)).equals(Row.of(row.getField(i)))) {
        return false;
      }
    }
    return true;
  }

  /** The row with the texts of JSON columns as trees: the reference does not know their bytes. */
  private static Row withTrees(Row row, List<Column> columns) throws Exception {
    Row copy = Row.copy(row);
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).origin() != Column.Origin.METADATA) {
        copy.setField(i, withTrees(row.getField(i), columns.get(i).type()));
      }
    }
    return copy;
  }

  private static Object withTrees(Object value, FieldType type) throws Exception {
    if (value == null) {
      return null;
    }
    if (type == Scalar.JSON) {
      return JSON.readTree((String) value);
    }
    if (type instanceof ListOf list) {
      List<Object> copy = new ArrayList<>();
      for (Object element : (List<?>) value) {
        copy.add(withTrees(element, list.element()));
      }
      return copy;
    }
    if (type instanceof MapOf map) {
      Map<Object, Object> copy = new HashMap<>();
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        copy.put(entry.getKey(), withTrees(entry.getValue(), map.value()));
      }
      return copy;
    }
    if (type instanceof RowOf of) {
      Row copy = Row.copy((Row) value);
      for (int i = 0; i < copy.getArity(); i++) {
        copy.setField(i, withTrees(copy.getField(i), of.fields().get(i).type()));
      }
      return copy;
    }
    return value;
  }
}
