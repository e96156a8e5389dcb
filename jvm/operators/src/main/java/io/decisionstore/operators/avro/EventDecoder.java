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
  static {
    ReadLimits.set();
  }

  private final Schema expected;
  private final WrittenSchemas written;
  private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();
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
    GenericDatumReader<GenericRecord> reader = reader(WireFormat.schemaId(value));
    decoder =
        DecoderFactory.get()
            .binaryDecoder(
                value, WireFormat.HEADER_BYTES, value.length - WireFormat.HEADER_BYTES, decoder);
    try {
      GenericRecord event = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new UnreadableEventException("the value is longer than its schema says");
      }
      return event;
    } catch (IOException | RuntimeException broken) { // whatever garbage makes Avro throw
      throw new UnreadableEventException(
          "the value does not fit its schema: " + broken.getMessage(), broken);
    }
  }

  private GenericDatumReader<GenericRecord> reader(int id) throws UnreadableEventException {
    GenericDatumReader<GenericRecord> known = readers.get(id);
    if (known != null) {
      return known;
    }
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(written.of(id), expected);
    readers.put(id, reader);
    return reader;
  }
}
