package io.decisionstore.operators.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.PlanField;
import io.decisionstore.operators.plan.RegisteredSchema;
import io.decisionstore.operators.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fields read from the bytes are those of the event that Avro's own decoder reads. */
class FieldsDecoderTest {
  private static final int SCHEMAS = Integer.getInteger("schemas", 200);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EXPECTED = 1;
  private static final int WRITTEN = 2;

  static {
    System.setProperty("sun.net.httpserver.nodelay", "true"); // else each answer takes 40 ms
  }

  private HttpServer server;
  private SchemaRegistry registry;
  private volatile Schema written;
  private int read;
  private int refused;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/schemas/ids/" + WRITTEN,
        exchange -> {
          byte[] body = JSON.writeValueAsBytes(Map.of("schema", written.toString()));
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    registry = new SchemaRegistry("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void whateverTheVersionAndTheBytesTheFieldsAreTheEventsOrBothRefuse() throws Exception {
    for (int seed = 0; seed < SCHEMAS; seed++) {
      Random random = new Random(seed);
      RandomSchemas schemas = new RandomSchemas(random);
      Schema expected = schemas.event();
      written = schemas.otherVersion(expected);
      RegisteredSchema registered =
          new RegisteredSchema("e-value", 1, EXPECTED, JSON.readTree(expected.toString()));
      List<PlanField> fields = fields(expected, random);
      EventDecoder events = new EventDecoder(registered, registry);
      FieldsDecoder decoder = new FieldsDecoder(registered, registry, fields);
      for (int id : new int[] {EXPECTED, WRITTEN}) {
        for (byte[] value : values(id == EXPECTED ? expected : written, id, random)) {
          String event = seed + " " + Arrays.toString(value);
          compare(events, decoder, fields, value, event);
        }
      }
    }
    assertThat(read).isGreaterThan(SCHEMAS * 5);
    assertThat(refused).isGreaterThan(SCHEMAS * 5);
  }

  @Test
  void derivedFieldsSeeThoseBeforeThemAndAreNullWhereTheyFail() throws Exception {
    List<PlanField> fields =
        List.of(
            field("n", ValueType.LONG),
            new PlanField("twice", null, "n * 2", ValueType.LONG),
            new PlanField("band", null, "twice > 8 ? 'high' : 'low'", ValueType.STRING));
    FieldsDecoder decoder = new FieldsDecoder(simple(), registry, fields);
    assertThat(decoder.decode(simple(5L))).containsExactly(5L, 10L, "high");
    assertThat(decoder.decode(simple(1L))).containsExactly(1L, 2L, "low");
    assertThat(decoder.decode(simple(null))).containsExactly(null, null, null);
    assertThat(decoder.decode(simple(Long.MAX_VALUE))).containsExactly(Long.MAX_VALUE, null, null);
  }

  @Test
  void aPlanOfAnotherSchemaIsRefused() {
    assertThatThrownBy(
            () -> new FieldsDecoder(simple(), registry, List.of(field("m", ValueType.LONG))))
        .hasMessage("The event schema has no m: the plan is of another schema");
    assertThatThrownBy(
            () -> new FieldsDecoder(simple(), registry, List.of(field("n.m", ValueType.LONG))))
        .hasMessage("The event schema has no n.m: the plan is of another schema");
    assertThatThrownBy(
            () -> new FieldsDecoder(simple(), registry, List.of(field("n", ValueType.STRING))))
        .hasMessage("n is \"long\" in the event schema, and STRING in the plan");
  }

  @Test
  void aSkippedLengthNeverLeadsBack() throws Exception {
    written =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "E", "fields": [
                  {"name": "gone", "type": {"type": "array", "items": "string"}},
                  {"name": "decision_id", "type": "string"}, {"name": "revision", "type": "int"},
                  {"name": "event_time", "type": "long"}]}""");
    FieldsDecoder decoder = new FieldsDecoder(simple(), registry, List.of());
    byte[] endless = {0, 0, 0, 0, WRITTEN, 1, 3, 0, 2, 'd', 2, 2}; // a block of -2 bytes
    assertThatThrownBy(() -> decoder.decode(endless))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("a length to skip is negative");
    assertThatThrownBy(() -> new EventDecoder(simple(), registry).decode(endless))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("a length to skip is negative");
  }

  private static RegisteredSchema simple() throws IOException {
    String schema =
        """
        {"type": "record", "name": "E", "fields": [
          {"name": "decision_id", "type": "string"}, {"name": "revision", "type": "int"},
          {"name": "event_time", "type": "long"},
          {"name": "n", "type": ["null", "long"], "default": null}]}""";
    return new RegisteredSchema("e-value", 1, EXPECTED, JSON.readTree(schema));
  }

  private static byte[] simple(Long number) throws IOException {
    return new RowEncoder(simple()).encode(Row.of("d", 1, 2L, number));
  }

  private void compare(
      EventDecoder events,
      FieldsDecoder decoder,
      List<PlanField> fields,
      byte[] value,
      String event) {
    Object[] ours = null;
    try {
      ours = decoder.decode(value);
    } catch (UnreadableEventException refusal) {
      // The event's decoder must refuse it too.
    }
    GenericRecord record = null;
    try {
      record = events.decode(value);
    } catch (UnreadableEventException refusal) {
      assertThat(ours).as(event).isNull();
      refused++;
      return;
    }
    assertThat(ours).as(event).isNotNull();
    read++;
    for (int position = 0; position < ours.length; position++) {
      assertThat(ours[position])
          .as(fields.get(position).path() + " of " + event)
          .isEqualTo(at(record, fields.get(position).path().split("\\.")));
    }
    assertThat(decoder.decisionId()).isEqualTo(record.get("decision_id").toString());
    assertThat(decoder.revision()).isEqualTo(record.get("revision"));
    assertThat(decoder.eventTime()).isEqualTo(record.get("event_time"));
  }

  private static Object at(GenericRecord event, String[] path) {
    Object value = event;
    for (String step : path) {
      value = value instanceof GenericRecord record ? record.get(step) : null;
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    boolean text = value instanceof CharSequence || value instanceof GenericData.EnumSymbol;
    return text ? value.toString() : value;
  }

  /** Some of the paths there are, in any order, one perhaps twice. */
  private static List<PlanField> fields(Schema event, Random random) {
    List<PlanField> fields = new ArrayList<>();
    paths(event, "", fields);
    Collections.shuffle(fields, random);
    List<PlanField> some = new ArrayList<>(fields.subList(0, random.nextInt(fields.size() + 1)));
    if (!some.isEmpty()) {
      some.add(some.get(0));
    }
    return some;
  }

  private static void paths(Schema record, String before, List<PlanField> paths) {
    for (Schema.Field field : record.getFields()) {
      Schema schema = field.schema().isUnion() ? field.schema().getTypes().get(1) : field.schema();
      String path = before + field.name();
      switch (schema.getType()) {
        case RECORD -> paths(schema, path + ".", paths);
        case STRING, ENUM -> paths.add(field(path, ValueType.STRING));
        case INT, LONG -> paths.add(field(path, ValueType.LONG));
        case FLOAT, DOUBLE -> paths.add(field(path, ValueType.DOUBLE));
        case BOOLEAN -> paths.add(field(path, ValueType.BOOLEAN));
        default -> {} // nothing a plan can name
      }
    }
  }

  private static PlanField field(String path, ValueType type) {
    return new PlanField(path.replace('.', '_'), path, null, type);
  }

  /** Events of a schema, as they are and garbled. */
  private static List<byte[]> values(Schema schema, int id, Random random) throws IOException {
    List<byte[]> values = new ArrayList<>();
    for (Object datum : new RandomData(schema, 4, random.nextLong(), true)) {
      byte[] value = encoded(schema, id, datum);
      values.add(value);
      values.add(Arrays.copyOf(value, value.length + 1));
      values.add(Arrays.copyOf(value, WireFormat.HEADER_BYTES + bodyPart(value, random)));
      for (int garbled = 0; garbled < 6; garbled++) {
        values.add(garbled(value, random));
      }
    }
    byte[] noise = new byte[WireFormat.HEADER_BYTES + random.nextInt(60)];
    random.nextBytes(noise);
    System.arraycopy(WireFormat.header(id), 0, noise, 0, WireFormat.HEADER_BYTES);
    values.add(noise);
    return values;
  }

  private static int bodyPart(byte[] value, Random random) {
    return random.nextInt(value.length - WireFormat.HEADER_BYTES);
  }

  private static byte[] garbled(byte[] value, Random random) {
    byte[] garbled = value.clone();
    for (int times = random.nextInt(3); times >= 0; times--) {
      int at = WireFormat.HEADER_BYTES + bodyPart(value, random);
      garbled[at] =
          (byte) (random.nextBoolean() ? random.nextInt(8) : garbled[at] ^ 1 << random.nextInt(8));
    }
    return garbled;
  }

  private static byte[] encoded(Schema schema, int id, Object datum) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(WireFormat.header(id));
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
