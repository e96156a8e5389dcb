package io.decisionstore.operators.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.decisionstore.operators.plan.RegisteredSchema;
import io.decisionstore.operators.registry.RegistryUnavailableException;
import io.decisionstore.operators.registry.SchemaRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

class WireFormatTest {
  private static final String AVSC =
      """
      {"type": "record", "name": "R", "fields": [
        {"name": "id", "type": "string"},
        {"name": "n", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "d", "type": ["null", "double"], "default": null},
        {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["A", "B"]}},
        {"name": "items", "type": {"type": "array", "items": {"type": "record", "name": "I",
          "fields": [{"name": "i", "type": "int"}, {"name": "f", "type": ["null", "boolean"]}]}}},
        {"name": "named", "default": {}, "type": {"type": "map", "values": "I"}}]}
      """;
  private final SchemaRegistry nobody = new SchemaRegistry("http://127.0.0.1:9");

  @Test
  void whatIsEncodedIsDecoded() throws Exception {
    List<Row> items = List.of(Row.of(1, true), Row.of(-2, null));
    Map<String, Row> named = Map.of("a.b", Row.of(3, null));
    Row row = Row.of("é|😀", 1_700_000_000_000L, 2.5, "B", items, named);
    RowEncoder encoder = new RowEncoder(registered(7));
    byte[] value = encoder.encode(row);
    assertThat(WireFormat.schemaId(value)).isEqualTo(7);
    assertThat(encoder.encode(row)).isEqualTo(value);

    GenericRecord record = new EventDecoder(registered(7), nobody).decode(value);
    assertThat(record.get("id").toString()).isEqualTo("é|😀");
    assertThat(record.get("n")).isEqualTo(1_700_000_000_000L);
    assertThat(record.get("d")).isEqualTo(2.5);
    assertThat(record.get("kind").toString()).isEqualTo("B");
    assertThat(record.get("items").toString())
        .isEqualTo("[{\"i\": 1, \"f\": true}, {\"i\": -2, \"f\": null}]");
    assertThat(record.get("named").toString()).isEqualTo("{a.b={\"i\": 3, \"f\": null}}");
  }

  @Test
  void aMissingValueIsRefusedWithItsField() throws Exception {
    RowEncoder encoder = new RowEncoder(registered(1));
    assertThatThrownBy(() -> encoder.encode(Row.of(null, 1L, null, "A", List.of(), Map.of())))
        .hasMessage("id must not be null");
  }

  @Test
  void whatIsNoEventIsUnreadable() throws Exception {
    EventDecoder decoder = new EventDecoder(registered(1), nobody);
    byte[] value =
        new RowEncoder(registered(1)).encode(Row.of("x", 1L, null, "A", List.of(), Map.of()));
    byte[] longer = Arrays.copyOf(value, value.length + 1);
    byte[] shorter = Arrays.copyOf(value, value.length - 1);
    byte[] garbage = {0, 0, 0, 0, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    byte[] endless = {0, 0, 0, 0, 1, -2, -1, -1, -1, 15, 1}; // says: a string of 2 GB
    assertThatThrownBy(() -> decoder.decode(endless)).isInstanceOf(UnreadableEventException.class);
    for (byte[] broken :
        Arrays.asList(null, new byte[0], "{}xxxx".getBytes(), longer, shorter, garbage)) {
      assertThatThrownBy(() -> decoder.decode(broken)).isInstanceOf(UnreadableEventException.class);
    }
  }

  @Test
  void anUnknownIdIsNotJudgedWhileTheRegistryIsAway() throws Exception {
    byte[] value =
        new RowEncoder(registered(2)).encode(Row.of("x", 1L, null, "A", List.of(), Map.of()));
    assertThatThrownBy(() -> new EventDecoder(registered(1), nobody).decode(value))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  private static RegisteredSchema registered(int id) throws Exception {
    return new RegisteredSchema("r-value", 1, id, new ObjectMapper().readTree(AVSC));
  }
}
