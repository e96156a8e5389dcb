package io.decisionstore.operators.archive;

import io.decisionstore.operators.deadletter.DeadLetter;
import io.decisionstore.operators.plan.ArchivePlan;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.types.Row;

/** Decision events from Kafka to Parquet files, each identity once. */
public final class Archive {
  private Archive() {}

  /**
   * Events of a topic's records as {@link ArchiveRows}; what is none goes to {@link #deadLetters}.
   *
   * @param records rows of {@code KafkaRows.IN}
   */
  public static SingleOutputStreamOperator<Row> decode(DataStream<Row> records, String plan) {
    ArchivePlan.read(plan); // an unfit plan is refused before the job is submitted
    return records.process(new DecodeEvent(plan)).returns(ArchiveRows.TYPE);
  }

  /** The dead letters of {@link #decode}. */
  public static DataStream<Row> deadLetters(SingleOutputStreamOperator<Row> decoded) {
    return decoded.getSideOutput(DeadLetter.TAG);
  }

  /** Drops an event whose decision and revision came before, within the plan's retention. */
  public static SingleOutputStreamOperator<Row> firstOfEachIdentity(
      DataStream<Row> events, String plan) {
    return events
        .keyBy(row -> (String) row.getField(ArchiveRows.DECISION_ID), Types.STRING)
        .process(new FirstOfEachIdentity(ArchivePlan.read(plan).retentionMs()))
        .returns(ArchiveRows.TYPE);
  }

  /**
   * Parquet files below {@code uri}/event_date=YYYY-MM-DD (UTC), finished at each checkpoint;
   * exactly once. Every writer's files have a random id in their name, so that no job overwrites
   * another's.
   */
  public static FileSink<Row> sink(String uri, String plan) {
    ArchivePlan.read(plan);
    return FileSink.forBulkFormat(new Path(uri), new EventParquet(plan))
        .withBucketAssigner(new EventDatePartitions())
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .withOutputFileConfig(
            OutputFileConfig.builder().withPartPrefix("events").withPartSuffix(".parquet").build())
        .build();
  }
}
