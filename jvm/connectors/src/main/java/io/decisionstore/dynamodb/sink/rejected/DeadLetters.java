package io.decisionstore.dynamodb.sink.rejected;

import io.decisionstore.dynamodb.sink.item.RejectedRow;
import java.io.Serializable;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Where rejected rows go.
 *
 * @param sink of texts, a JSON object each, or of rows of {@link Letter#TYPE}
 * @param asRows which of both
 * @param parallelism of the sink
 * @param limits how much it takes
 */
public record DeadLetters(Sink<?> sink, boolean asRows, int parallelism, LetterLimits limits)
    implements Serializable {

  private static final String NAME = "dead-letters";

  public DeadLetters {
    if (parallelism < 1) {
      throw new IllegalArgumentException("Dead letters need a parallelism of at least 1.");
    }
  }

  /** One subtask: an idle one costs as much as a busy one, and rejected rows are few. */
  public static DeadLetters json(Sink<String> sink) {
    return new DeadLetters(sink, false, 1, LetterLimits.DEFAULT);
  }

  /** As {@link #json}, with rows. */
  public static DeadLetters rows(Sink<Row> sink) {
    return new DeadLetters(sink, true, 1, LetterLimits.DEFAULT);
  }

  /** What is left for Flink's committer, so that it holds no rows. */
  public static DataStream<CommittableMessage<RejectedRow>> nothing(
      DataStream<CommittableMessage<RejectedRow>> messages) {
    var nothing = messages.filter(message -> false).name("nothing-to-commit");
    return uidOfWriter(messages) == null ? nothing : nothing.uid("nothing-to-commit");
  }

  /**
   * Writes what the messages carry.
   *
   * @param messages of the writer
   * @param where the table and its place, for sentences
   * @throws IllegalStateException with a sentence: no checkpoint would ever bring a letter
   */
  @SuppressWarnings("unchecked")
  public void attach(DataStream<CommittableMessage<RejectedRow>> messages, String where) {
    Checkpoints.refuseWithout(messages, where);
    boolean withUids = uidOfWriter(messages) != null;
    if (asRows) {
      write(messages.flatMap(DeadLetters::row, Letter.TYPE), (Sink<Row>) sink, withUids);
    } else {
      write(messages.flatMap(DeadLetters::json, Types.STRING), (Sink<String>) sink, withUids);
    }
  }

  private <T> void write(SingleOutputStreamOperator<T> letters, Sink<T> to, boolean withUids) {
    letters.name("letters");
    var written = letters.sinkTo(to).name(NAME).setParallelism(parallelism);
    if (withUids) {
      letters.uid("letters");
      written.uid(NAME);
    }
  }

  /** The writer has the uid of its sink; Flink takes uids within a sink only where it has one. */
  private static String uidOfWriter(DataStream<CommittableMessage<RejectedRow>> messages) {
    Transformation<?> transformation = messages.getTransformation();
    while (transformation instanceof PartitionTransformation) {
      transformation = transformation.getInputs().get(0);
    }
    return transformation.getUid();
  }

  private static void row(CommittableMessage<RejectedRow> message, Collector<Row> letters) {
    if (message instanceof CommittableWithLineage<RejectedRow> rejected) {
      letters.collect(Letter.row(rejected.getCommittable()));
    }
  }

  private static void json(CommittableMessage<RejectedRow> message, Collector<String> letters) {
    if (message instanceof CommittableWithLineage<RejectedRow> rejected) {
      letters.collect(Letter.json(rejected.getCommittable()));
    }
  }
}
