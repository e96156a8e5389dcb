package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.decode.DecodedPage;
import io.decisionstore.dynamodb.source.split.ShardSplitState;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.types.Row;

/** Emits records as rows, and only then moves the shard's position. */
final class RowEmitter implements RecordEmitter<PageRecords, Row, ShardSplitState> {
  private final int eventTimeField;

  RowEmitter(SourceConfig config) {
    this.eventTimeField = config.eventTimeIndex();
  }

  @Override
  public void emitRecord(PageRecords records, SourceOutput<Row> output, ShardSplitState state) {
    DecodedPage page = records.page();
    Row row = page.row(records.record());
    long timestamp = page.createdAt(records.record());
    if (eventTimeField >= 0 && row.getField(eventTimeField) instanceof Long eventTime) {
      timestamp = eventTime;
    }
    if (timestamp == DecodedPage.UNKNOWN_TIME) {
      output.collect(row);
    } else {
      output.collect(row, timestamp);
    }
    records.emittedInto(state);
  }
}
