package io.decisionstore.operators.avro;

import io.decisionstore.operators.plan.RegisteredSchema;
import io.decisionstore.operators.registry.SchemaRegistry;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads events in Confluent's wire format as one schema, whatever version they were written with.
 * Not for several threads.
 */
public final class EventDecoder {
  private static final Object[] NO_FIELDS = {};

  static {
    ReadLimits.set();
  }

  /**
   * How events of one schema are read.
   *
   * @param check goes over the bytes first, where some of them are skipped: Avro follows a negative
   *     length back in the bytes, perhaps for ever; null where nothing is skipped
   */
  private record Reader(GenericDatumReader<GenericRecord> events, Step check) {}

  private final Schema expected;
  private final WrittenSchemas written;
  private final Map<Integer, Reader> readers = new HashMap<>();
  private final AvroBytes bytes = new AvroBytes();
  private BinaryDecoder decoder;

  /**
   * A decoder.
   *
   * @param expected the schema of what is returned
   * @param registry asked once for every other schema id
   */
  public EventDecoder(RegisteredSchema expected, SchemaRegistry registry) {
    this.expected = expected.parsed();
    written = new WrittenSchemas(expected.id(), this.expected, registry);
  }

  /**
   * The event in a value.
   *
   * @throws UnreadableEventException it is not an event
   * @throws RegistryUnavailableException by {@link SchemaRegistry}: it cannot be known now whether
   *     it is one
   */
  public GenericRecord decode(byte[] value) throws UnreadableEventException {
    Reader reader = reader(WireFormat.schemaId(value));
    decoder =
        DecoderFactory.get()
            .binaryDecoder(
                value, WireFormat.HEADER_BYTES, value.length - WireFormat.HEADER_BYTES, decoder);
    try {
      if (reader.check != null) {
        bytes.read(value, WireFormat.HEADER_BYTES);
        reader.check.go(bytes, NO_FIELDS);
      }
      GenericRecord event = reader.events.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new UnreadableEventException("the value is longer than its schema says");
      }
      return event;
    } catch (IOException | RuntimeException broken) { // whatever garbage makes Avro throw
      throw new UnreadableEventException(
          "the value does not fit its schema: " + broken.getMessage(), broken);
    }
  }

  private Reader reader(int id) throws UnreadableEventException {
    Reader known = readers.get(id);
    if (known != null) {
      return known;
    }
    Schema schema = written.of(id);
    try {
      Step check = schema.equals(expected) ? null : Steps.of(schema, expected, new WantedPaths());
      Reader reader = new Reader(new GenericDatumReader<>(schema, expected), check);
      readers.put(id, reader);
      return reader;
    } catch (RuntimeException unlike) { // a default that is none
      throw new UnreadableEventException(
          "the schema with id %d does not fit: %s".formatted(id, unlike.getMessage()), unlike);
    }
  }
}
