package io.decisionstore.operators.archive;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;
import org.apache.flink.types.Row;

/**
 * The archive's folders: the UTC date of the event time, as Hive and its readers name partitions.
 */
final class EventDatePartitions implements BucketAssigner<Row, String> {
  static final String PREFIX = "event_date=";

  private static final long serialVersionUID = 1L;

  @Override
  public String getBucketId(Row event, Context context) {
    return PREFIX + date((Long) event.getField(ArchiveRows.EVENT_TIME));
  }

  static LocalDate date(long eventTime) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(eventTime), ZoneOffset.UTC);
  }

  @Override
  public SimpleVersionedSerializer<String> getSerializer() {
    return SimpleVersionedStringSerializer.INSTANCE;
  }
}
