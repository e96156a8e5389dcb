package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.source.config.Column.Origin;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.decode.DecodedPage;
import io.decisionstore.dynamodb.source.split.ShardSplitState;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.types.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Emits records as rows, and only then moves the shard's position. */
final class RowEmitter implements RecordEmitter<PageRecords, Row, ShardSplitState> {
  private static final Logger LOG = LoggerFactory.getLogger(RowEmitter.class);

  private final int eventTimeField;
  private final boolean rowsTellMisfits;
  private final ReaderMetrics metrics;

  RowEmitter(SourceConfig config, ReaderMetrics metrics) {
    this.eventTimeField = config.eventTimeIndex();
    this.rowsTellMisfits =
        config.columns().stream()
            .anyMatch(
                column ->
                    column.origin() == Origin.METADATA
                        && column.attribute().equals(Metadata.DECODE_ERROR.name()));
    this.metrics = metrics;
  }

  @Override
  public void emitRecord(PageRecords records, SourceOutput<Row> output, ShardSplitState state) {
    DecodedPage page = records.page();
    Row row = page.row(records.record());
    if (page.misfits() != null) {
      unreadable(page.misfits());
    }
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

  private void unreadable(String misfits) {
    if (!rowsTellMisfits && metrics.unreadableRecords.getCount() == 0) {
      LOG.warn(
          "A record does not fit the declared fields ({}), which are null in its row; declare metadata(\"decode_error\") to tell such rows from others. More of them are counted as unreadableRecords, not logged.",
          misfits);
    }
    metrics.unreadableRecords.inc();
  }
}
