package io.decisionstore.operators.archive;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.avro.RowEncoder;
import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.plan.ArchivePlan;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.Row;

/**
 * Events, as rows of the archive and as Kafka records, and a plan whose registry nobody answers
 * for.
 */
final class Events {
  static final String PLAN = plan(Vectors.schema("decision-event").toString(), 1);
  private static final long NOON = 1_767_268_800_000L; // 2026-01-01T12:00Z

  private Events() {}

  static String plan(String eventSchema, int id) {
    try {
      ObjectMapper json = new ObjectMapper();
      ObjectNode plan = json.createObjectNode().put("version", 1).put("kind", "archive");
      plan.put("registry_url", "http://127.0.0.1:9").put("retention_ms", 1_000);
      plan.putObject("event_schema")
          .put("subject", "decision-events-value")
          .put("version", 1)
          .put("id", id)
          .set("schema", json.readTree(eventSchema));
      return plan.toString();
    } catch (java.io.IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }

  /** The first revision has one part, each further one a correction of the request more. */
  static Row archived(String decisionId, int revision, long eventTime) {
    return Row.of(decisionId, revision, "c-1", eventTime, value(decisionId, revision, eventTime));
  }

  static Row archived(String decisionId, int revision) {
    return archived(decisionId, revision, NOON);
  }

  static Row record(byte[] value) {
    Row record = new Row(6);
    record.setField(KafkaRows.KEY, "c-1".getBytes(StandardCharsets.UTF_8));
    record.setField(KafkaRows.VALUE, value);
    record.setField(KafkaRows.TOPIC, "decision-events");
    record.setField(KafkaRows.PARTITION, 0);
    record.setField(KafkaRows.OFFSET, 7L);
    return record;
  }

  private static byte[] value(String decisionId, int revision, long eventTime) {
    List<Row> parts =
        java.util.stream.IntStream.rangeClosed(1, revision)
            .mapToObj(n -> Row.of("request", null, n, eventTime, "decision-request:1", "{}"))
            .toList();
    Row event =
        Row.of(
            decisionId,
            revision,
            "c-1",
            eventTime,
            Row.of("m-1", 9.5, "SEK", null),
            List.of(Row.of("credit", 1, eventTime, "PASSED", null)),
            Row.of("APPROVED", "p-1", "åäö", null, eventTime),
            Row.of(0L, 0L, 0.0, null, null),
            parts,
            Map.of("shop.declines", Row.of(null, 3L, null, null)),
            List.of("shop.many_declines"));
    return new RowEncoder(ArchivePlan.read(PLAN).eventSchema()).encode(event);
  }
}
