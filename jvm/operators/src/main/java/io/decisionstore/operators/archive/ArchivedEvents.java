package io.decisionstore.operators.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.IteratorResultIterator;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.formats.parquet.ParquetInputFile;
import org.apache.flink.types.Row;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;

/**
 * Reads the archive's files as {@link ArchiveRows}; events outside the span are left out.
 *
 * <p>A bulk format of its own: Flink's adapter for stream formats ends a batch by the bytes it has
 * read from the file, and so holds a whole row group's rows at once.
 */
final class ArchivedEvents implements BulkFormat<Row, FileSourceSplit> {
  private static final long serialVersionUID = 1L;
  private static final int EVENTS_A_BATCH = 500;

  private final String plan;
  private final EventSpan span;

  ArchivedEvents(String plan, EventSpan span) {
    this.plan = plan;
    this.span = span;
  }

  @Override
  public Reader createReader(Configuration unused, FileSourceSplit split) throws IOException {
    FSDataInputStream stream = split.path().getFileSystem().open(split.path());
    try {
      ParquetReader<GenericRecord> events =
          AvroParquetReader.<GenericRecord>builder(
                  new ParquetInputFile(stream, split.fileSize()), new PlainParquetConfiguration())
              .withDataModel(GenericData.get())
              .withFilter(span.filter())
              .build();
      return new Reader(events, new EventEncoder(plan));
    } catch (IOException | RuntimeException broken) {
      stream.close();
      throw broken;
    }
  }

  @Override
  public Reader restoreReader(Configuration unused, FileSourceSplit split) throws IOException {
    Reader reader = createReader(unused, split);
    long done =
        split.getReaderPosition().map(CheckpointedPosition::getRecordsAfterOffset).orElse(0L);
    reader.skip(done);
    return reader;
  }

  @Override
  public boolean isSplittable() {
    return false; // a file is what one writer had in one checkpoint interval
  }

  @Override
  public TypeInformation<Row> getProducedType() {
    return ArchiveRows.TYPE;
  }

  /** Of one file. */
  static final class Reader implements BulkFormat.Reader<Row> {
    private final ParquetReader<GenericRecord> events;
    private final EventEncoder encoder;
    private long read;

    private Reader(ParquetReader<GenericRecord> events, EventEncoder encoder) {
      this.events = events;
      this.encoder = encoder;
    }

    private void skip(long count) throws IOException {
      while (read < count && events.read() != null) {
        read++;
      }
    }

    @Override
    public RecordIterator<Row> readBatch() throws IOException {
      List<Row> batch = new ArrayList<>(EVENTS_A_BATCH);
      GenericRecord event;
      while (batch.size() < EVENTS_A_BATCH && (event = events.read()) != null) {
        batch.add(ArchiveRows.of(event, encoder.encode(event)));
      }
      if (batch.isEmpty()) {
        return null;
      }
      long before = read;
      read += batch.size();
      return new IteratorResultIterator<>(batch.iterator(), CheckpointedPosition.NO_OFFSET, before);
    }

    @Override
    public void close() throws IOException {
      events.close();
    }
  }
}
