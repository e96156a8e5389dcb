package io.decisionstore.operators.archive;

import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.plan.ArchivePlan;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.enumerate.NonSplittingRecursiveEnumerator;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;

/** A span of the archive, sent again. */
public final class Replay {
  private Replay() {}

  /**
   * The archive's events of a span as {@link ArchiveRows}, in no order; ends when all are read.
   * Folders of other dates are not opened.
   *
   * @param uri of the archive
   * @param fromMs the first event time, epoch ms
   * @param toMs the first event time after the span
   * @param customerId whose events; null for everyone's
   */
  public static FileSource<Row> source(
      String uri, String plan, long fromMs, long toMs, String customerId) {
    ArchivePlan.read(plan);
    EventSpan span = new EventSpan(fromMs, toMs, customerId);
    return FileSource.forBulkFileFormat(new ArchivedEvents(plan, span), new Path(uri))
        .setFileEnumerator(() -> new NonSplittingRecursiveEnumerator(span::mayHold))
        .build();
  }

  /**
   * Events as rows of {@code KafkaRows.OUT}, keyed by customer. They get the time of sending: under
   * their own, a topic with a retention would drop old ones as soon as they came.
   */
  public static SingleOutputStreamOperator<Row> toTopic(DataStream<Row> events) {
    return events.map(Replay::record).returns(KafkaRows.OUT);
  }

  private static Row record(Row event) {
    String customer = (String) event.getField(ArchiveRows.CUSTOMER_ID);
    byte[] key = customer.getBytes(StandardCharsets.UTF_8);
    return Row.of(key, event.getField(ArchiveRows.VALUE), null);
  }

  /**
   * The items of table {@code decisions} that the events are made of, each once: an event carries
   * every revision of every part, and so do the later revisions of the event.
   */
  public static SingleOutputStreamOperator<Row> toParts(DataStream<Row> events, String plan) {
    ArchivePlan.read(plan);
    return events
        .keyBy(row -> (String) row.getField(ArchiveRows.DECISION_ID), Types.STRING)
        .process(new PartsOfEvents(plan))
        .returns(PartsOfEvents.PARTS);
  }
}
