package io.decisionstore.bench.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.source.config.Column.Origin;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import java.util.List;

/**
 * A page as the decisions table's stream sends it: 1,000 records, about 950 KB, each of 12
 * attributes; the job declares nine of them and six columns of metadata.
 */
final class SamplePage {
  static final int RECORDS = 1_000;

  static final List<Column> COLUMNS =
      List.of(
          Column.of("event_kind", Metadata.EVENT_KIND),
          Column.of("sequence_number", Metadata.SEQUENCE_NUMBER),
          Column.of("shard_id", Metadata.SHARD_ID),
          Column.of("created_at", Metadata.CREATED_AT),
          Column.of("decode_error", Metadata.DECODE_ERROR),
          Column.of("raw", Metadata.RAW),
          attribute("decision_id", Scalar.STRING),
          attribute("part_revision", Scalar.STRING),
          attribute("part", Scalar.STRING),
          attribute("name", Scalar.STRING),
          attribute("revision", Scalar.LONG),
          attribute("customer_id", Scalar.STRING),
          attribute("event_time", Scalar.LONG),
          attribute("schema", Scalar.STRING),
          attribute("payload", Scalar.STRING));

  private SamplePage() {}

  private static Column attribute(String name, Scalar type) {
    return new Column(name, Origin.NEW_IMAGE, name, type);
  }

  /** The response's body; the payload is JSON text, so its quotes are escaped. */
  static byte[] body() {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < RECORDS; i++) {
      records.append(i == 0 ? "" : ",").append(record(i));
    }
    String iterator = "arn:aws:dynamodb:eu-west-1:1:table/decisions/stream/x|1|" + "A".repeat(260);
    return "{\"NextShardIterator\":\"%s\",\"Records\":[%s]}"
        .formatted(iterator, records)
        .getBytes(UTF_8);
  }

  private static String record(int i) {
    String id = "01JD%022d".formatted(i * 7919L);
    String payload =
        "{\\\"status\\\":\\\"PASSED\\\",\\\"score\\\":%d.25,\\\"signals\\\":[\\\"velocity\\\",\\\"device\\\"],\\\"note\\\":\\\"%s\\\"}"
            .formatted(i % 900, "reviewed by the model of may ".repeat(3));
    return """
        {"awsRegion":"eu-west-1","dynamodb":{"ApproximateCreationDateTime":1.790000%03dE9,\
        "Keys":{"part_revision":{"S":"check#fraud#000001"},"decision_id":{"S":"%s"}},\
        "NewImage":{"schema":{"S":"check-fraud:1"},"part":{"S":"check"},"payload":{"S":"%s"},\
        "decision_id":{"S":"%s"},"event_time":{"N":"1790000000%03d"},"name":{"S":"fraud"},\
        "tags":{"SS":["a1","b2","c3"]},"revision":{"N":"1"},"origin":{"M":{"host":{"S":"app-7"},"pid":{"N":"4711"}}},\
        "part_revision":{"S":"check#fraud#000001"},"customer_id":{"S":"customer-%06d"},"requested_at":{"N":"1790000000%03d"}},\
        "SequenceNumber":"4421584500000000017450%06d","SizeBytes":512,"StreamViewType":"NEW_IMAGE"},\
        "eventID":"f07f8ca4b0b26cb9c4e5e77e69f2%04d","eventName":"INSERT","eventSource":"aws:dynamodb","eventVersion":"1.1"}"""
        .formatted(i, id, payload, id, i, i, i, i, i);
  }
}
