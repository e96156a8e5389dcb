package io.decisionstore.operators.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.avro.EventDecoder;
import io.decisionstore.operators.avro.WireFormat;
import io.decisionstore.operators.plan.ArchivePlan;
import io.decisionstore.operators.registry.SchemaRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.apache.flink.core.fs.local.LocalDataOutputStream;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivedEventsTest {
  private static final EventSpan ALL = new EventSpan(0, Long.MAX_VALUE, null);

  @TempDir Path folder;

  @Test
  void eventsComeBackByteForByte() throws Exception {
    List<Row> events = events(1_200); // more than two batches
    File file = write(Events.PLAN, events);
    assertThat(read(Events.PLAN, ALL, file, null)).isEqualTo(events);
  }

  @Test
  void aRestoredReaderGoesOnAfterTheLastEventOfTheCheckpoint() throws Exception {
    List<Row> events = events(1_200);
    File file = write(Events.PLAN, events);
    CheckpointedPosition position = new CheckpointedPosition(CheckpointedPosition.NO_OFFSET, 501);
    assertThat(read(Events.PLAN, ALL, file, position)).isEqualTo(events.subList(501, 1_200));
  }

  @Test
  void aRestoredReaderCountsOnlyEventsOfTheSpan() throws Exception {
    List<Row> events = events(100);
    File file = write(Events.PLAN, events);
    CheckpointedPosition position = new CheckpointedPosition(CheckpointedPosition.NO_OFFSET, 10);
    assertThat(read(Events.PLAN, new EventSpan(50, 80, "c-1"), file, position))
        .isEqualTo(events.subList(60, 80));
  }

  @Test
  void theSpanHasItsStartAndNotItsEndAndOnlyItsCustomer() throws Exception {
    List<Row> events = events(10);
    File file = write(Events.PLAN, events);
    assertThat(read(Events.PLAN, new EventSpan(3, 7, null), file, null))
        .isEqualTo(events.subList(3, 7));
    assertThat(read(Events.PLAN, new EventSpan(3, 7, "c-1"), file, null)).hasSize(4);
    assertThat(read(Events.PLAN, new EventSpan(3, 7, "c-2"), file, null)).isEmpty();
  }

  @Test
  void everyPositionIsThatOfTheNextEvent() throws Exception {
    File file = write(Events.PLAN, events(600));
    List<Long> after = new ArrayList<>();
    BulkFormat.Reader<Row> reader =
        new ArchivedEvents(Events.PLAN, ALL).createReader(new Configuration(), split(file, null));
    BulkFormat.RecordIterator<Row> batch;
    while ((batch = reader.readBatch()) != null) {
      RecordAndPosition<Row> next;
      while ((next = batch.next()) != null) {
        after.add(next.getRecordSkipCount());
      }
    }
    assertThat(after).isEqualTo(IntStream.rangeClosed(1, 600).mapToObj(n -> (long) n).toList());
  }

  @Test
  void aFileOfAnOlderSchemaIsSentInTheNewest() throws Exception {
    File file = write(Events.PLAN, events(1));
    JsonNode newer = Vectors.schema("decision-event").deepCopy();
    ((ArrayNode) newer.get("fields"))
        .addObject()
        .put("name", "channel")
        .put("type", "string")
        .put("default", "web");
    ((ObjectNode) newer.get("fields").get(4).get("type")).withArray("fields").remove(3); // product
    String plan = Events.plan(newer.toString(), 9);

    Row event = read(plan, ALL, file, null).get(0);
    byte[] value = (byte[]) event.getField(ArchiveRows.VALUE);
    assertThat(WireFormat.schemaId(value)).isEqualTo(9);
    GenericRecord decoded =
        new EventDecoder(
                ArchivePlan.read(plan).eventSchema(), new SchemaRegistry("http://127.0.0.1:9"))
            .decode(value);
    assertThat(decoded.get("channel")).hasToString("web");
    assertThat(decoded.get("request"))
        .hasToString("{\"merchant_id\": \"m-1\", \"amount\": 9.5, \"currency\": \"SEK\"}");
    assertThat((List<?>) decoded.get("parts")).hasSize(1);
  }

  private static List<Row> events(int count) {
    return IntStream.range(0, count).mapToObj(n -> Events.archived("d-" + n, 1, n)).toList();
  }

  private File write(String plan, List<Row> events) throws IOException {
    File file = folder.resolve("events.parquet").toFile();
    LocalDataOutputStream stream = new LocalDataOutputStream(file);
    BulkWriter<Row> writer = new EventParquet(plan).create(stream);
    for (Row event : events) {
      writer.addElement(event);
    }
    writer.finish();
    stream.close();
    return file;
  }

  private static FileSourceSplit split(File file, CheckpointedPosition position) {
    long length = file.length();
    return new FileSourceSplit(
        "1",
        org.apache.flink.core.fs.Path.fromLocalFile(file),
        0,
        length,
        file.lastModified(),
        length,
        new String[0],
        position);
  }

  private static List<Row> read(
      String plan, EventSpan span, File file, CheckpointedPosition position) throws IOException {
    ArchivedEvents format = new ArchivedEvents(plan, span);
    FileSourceSplit split = split(file, position);
    List<Row> rows = new ArrayList<>();
    try (BulkFormat.Reader<Row> reader =
        position == null
            ? format.createReader(new Configuration(), split)
            : format.restoreReader(new Configuration(), split)) {
      BulkFormat.RecordIterator<Row> batch;
      while ((batch = reader.readBatch()) != null) {
        RecordAndPosition<Row> next;
        while ((next = batch.next()) != null) {
          rows.add(next.getRecord());
        }
      }
    }
    return rows;
  }
}
