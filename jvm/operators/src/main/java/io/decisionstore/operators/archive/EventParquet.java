package io.decisionstore.operators.archive;

import io.decisionstore.operators.avro.EventDecoder;
import io.decisionstore.operators.avro.UnreadableEventException;
import io.decisionstore.operators.plan.ArchivePlan;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.formats.parquet.ParquetWriterFactory;
import org.apache.flink.types.Row;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;

/**
 * Writes events as Parquet in the plan's event schema. The event is decoded here, inside the
 * writer: a generic record would cross an edge only by Kryo.
 */
final class EventParquet implements BulkWriter.Factory<Row> {
  private static final long serialVersionUID = 1L;

  private final String plan;

  EventParquet(String plan) {
    this.plan = plan;
  }

  @Override
  public BulkWriter<Row> create(FSDataOutputStream stream) throws IOException {
    Schema schema = ArchivePlan.read(plan).eventSchema().parsed();
    BulkWriter<GenericRecord> writer =
        new ParquetWriterFactory<GenericRecord>(file -> open(file, schema)).create(stream);
    return new DecodingWriter(DecodeEvent.decoder(plan), writer);
  }

  static ParquetWriter<GenericRecord> open(OutputFile file, Schema schema) throws IOException {
    ParquetConfiguration configuration = new PlainParquetConfiguration();
    // Lists as Parquet's specification has them, not in Avro's older two-level form.
    configuration.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    return AvroParquetWriter.<GenericRecord>builder(file)
        .withConf(configuration)
        .withSchema(schema)
        .withDataModel(GenericData.get())
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .build();
  }

  private record DecodingWriter(EventDecoder decoder, BulkWriter<GenericRecord> events)
      implements BulkWriter<Row> {
    @Override
    public void addElement(Row row) throws IOException {
      try {
        events.addElement(decoder.decode((byte[]) row.getField(ArchiveRows.VALUE)));
      } catch (UnreadableEventException changed) {
        throw new IOException(
            "Revision %s of decision %s was an event when it was read and is none now: %s"
                .formatted(
                    row.getField(ArchiveRows.REVISION),
                    row.getField(ArchiveRows.DECISION_ID),
                    changed.getMessage()),
            changed);
      }
    }

    @Override
    public void flush() throws IOException {
      events.flush();
    }

    @Override
    public void finish() throws IOException {
      events.finish();
    }
  }
}
