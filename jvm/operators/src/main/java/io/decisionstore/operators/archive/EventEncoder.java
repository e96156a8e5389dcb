package io.decisionstore.operators.archive;

import io.decisionstore.operators.avro.WireFormat;
import io.decisionstore.operators.plan.ArchivePlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes events in Confluent's wire format and the plan's schema, whatever version a file holds
 * them in. Not for several threads.
 */
final class EventEncoder {
  private final Schema schema;
  private final byte[] header;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
  private BinaryEncoder encoder;
  private GenericDatumReader<GenericRecord> resolving;

  EventEncoder(String plan) {
    ArchivePlan read = ArchivePlan.read(plan);
    schema = read.eventSchema().parsed();
    header = WireFormat.header(read.eventSchema().id());
  }

  byte[] encode(GenericRecord event) throws IOException {
    if (event.getSchema().equals(schema)) {
      return write(event, header);
    }
    byte[] written = write(event, new byte[0]);
    if (resolving == null || !resolving.getSchema().equals(event.getSchema())) {
      resolving = new GenericDatumReader<>(event.getSchema(), schema);
    }
    return write(resolving.read(null, DecoderFactory.get().binaryDecoder(written, null)), header);
  }

  private byte[] write(GenericRecord event, byte[] before) throws IOException {
    bytes.reset();
    bytes.writeBytes(before);
    encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
    new GenericDatumWriter<GenericRecord>(event.getSchema()).write(event, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
