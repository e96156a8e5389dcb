package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.split.ShardSplitState;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.types.Row;

/** Emits records as rows, and only then moves the shard's position. */
final class RowEmitter implements RecordEmitter<StreamRecord, Row, ShardSplitState> {
  private final RowConverter converter;

  RowEmitter(List<Column> columns) {
    this.converter = new RowConverter(columns);
  }

  @Override
  public void emitRecord(StreamRecord element, SourceOutput<Row> output, ShardSplitState state) {
    Row row = converter.convert(element.shardId(), element.record());
    Instant created = element.record().dynamodb().approximateCreationDateTime();
    if (created == null) {
      output.collect(row);
    } else {
      output.collect(row, created.toEpochMilli());
    }
    state.emitted(element.record().dynamodb().sequenceNumber());
  }
}
