package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What tests do over and over. */
final class Reads {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Reads() {}

  static String iterator(ScriptedStreams streams, StreamedTable table, String shard, String type) {
    return streams.getShardIterator(table.streamArn(), shard, type, null);
  }

  static RecordsPage first(ScriptedStreams streams, StreamedTable table, String shard) {
    return streams.getRecords(iterator(streams, table, shard, "TRIM_HORIZON"), null);
  }

  static List<JsonNode> records(RecordsPage page) {
    return page.records().stream().map(Reads::json).toList();
  }

  static JsonNode json(byte[] text) {
    try {
      return JSON.readTree(text);
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  /** Every record of a shard, until its end or an empty page. */
  static List<JsonNode> all(ScriptedStreams streams, StreamedTable table, String shard) {
    List<JsonNode> all = new ArrayList<>();
    String iterator = iterator(streams, table, shard, "TRIM_HORIZON");
    while (iterator != null) {
      RecordsPage page = streams.getRecords(iterator, null);
      all.addAll(records(page));
      iterator = page.size() == 0 ? null : page.nextIterator();
    }
    return all;
  }

  static List<String> texts(List<JsonNode> records, String attribute) {
    return records.stream().map(record -> newImage(record, attribute)).toList();
  }

  static String newImage(JsonNode record, String attribute) {
    return record.path("dynamodb").path("NewImage").path(attribute).elements().next().asText();
  }

  static String sequenceNumber(JsonNode record) {
    return record.path("dynamodb").path("SequenceNumber").textValue();
  }
}
