package io.decisionstore.dynamodb.source.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.decode.MalformedPageException;
import io.decisionstore.dynamodb.source.decode.PageDecoder;
import java.util.List;
import org.apache.flink.types.Row;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** A record that the SDK has read, as a row; until the reader hands over whole responses. */
final class RowConverter {
  private final PageDecoder decoder;

  RowConverter(List<Column> columns) {
    this.decoder = new PageDecoder(columns);
  }

  Row convert(String shardId, Record record) {
    byte[] page = ("{\"Records\":[" + RecordJson.write(record) + "]}").getBytes(UTF_8);
    try {
      return decoder
          .decode(page, page.length, null, shardId, Long.MIN_VALUE, Long.MAX_VALUE)
          .row(0);
    } catch (MalformedPageException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
