package io.decisionstore.dynamodb.sink;

import io.decisionstore.dynamodb.sink.item.RejectedRow;
import io.decisionstore.dynamodb.sink.rejected.CollectedRejections;
import io.decisionstore.dynamodb.sink.rejected.CollectingWriter;
import io.decisionstore.dynamodb.sink.rejected.DeadLetters;
import io.decisionstore.dynamodb.sink.rejected.NothingToCommit;
import io.decisionstore.dynamodb.sink.rejected.RejectedRowSerializer;
import io.decisionstore.dynamodb.sink.rejected.RejectingSink;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/**
 * A sink whose rejected rows go to another sink.
 *
 * <p>They leave the writer with each checkpoint, ahead of its barrier, and are written by the other
 * sink as part of that checkpoint: exactly once if it can. Not after Flink's committer, where a
 * post-commit topology begins: that one hands them on when the checkpoint is complete, so in the
 * next one, and after the last one never, since the sink behind it has by then ended its input.
 *
 * @param <StateT> of the writer: the same as without dead letters, so a savepoint fits both
 */
public final class DynamoDbSinkWithDeadLetters<StateT> extends SinkOfLine
    implements SupportsWriterState<Row, StateT>,
        SupportsCommitter<RejectedRow>,
        SupportsPreCommitTopology<RejectedRow, RejectedRow>,
        SupportsPostCommitTopology<RejectedRow> {
  private static final long serialVersionUID = 1L;

  private final RejectingSink<StateT> sink;
  private final DeadLetters deadLetters;

  /**
   * What the writer tells, from {@link #addPreCommitTopology} to {@link #addPostCommitTopology}. A
   * sink can be added to the graph by the latter only: while Flink walks the operators of this
   * sink, it takes those of a sink within out of the list again, and only the last may do so.
   */
  private transient DataStream<CommittableMessage<RejectedRow>> fromWriter;

  DynamoDbSinkWithDeadLetters(RejectingSink<StateT> sink, DeadLetters deadLetters) {
    this.sink = sink;
    this.deadLetters = deadLetters;
  }

  @Override
  public StatefulSinkWriter<Row, StateT> createWriter(WriterInitContext context)
      throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<Row, StateT> restoreWriter(
      WriterInitContext context, Collection<StateT> state) throws IOException {
    CollectedRejections rejections =
        new CollectedRejections(
            sink.where(),
            deadLetters.limits(),
            context.metricGroup().counter("rejected"),
            System::currentTimeMillis);
    return new CollectingWriter<>(sink.restoreWriter(context, state, rejections), rejections);
  }

  @Override
  public SimpleVersionedSerializer<StateT> getWriterStateSerializer() {
    return sink.getWriterStateSerializer();
  }

  @Override
  public DataStream<CommittableMessage<RejectedRow>> addPreCommitTopology(
      DataStream<CommittableMessage<RejectedRow>> messages) {
    fromWriter = messages;
    return DeadLetters.nothing(messages);
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<RejectedRow>> nothing) {
    deadLetters.attach(fromWriter, sink.where());
  }

  @Override
  public SimpleVersionedSerializer<RejectedRow> getWriteResultSerializer() {
    return new RejectedRowSerializer();
  }

  @Override
  public Committer<RejectedRow> createCommitter(CommitterInitContext context) {
    return new NothingToCommit();
  }

  @Override
  public SimpleVersionedSerializer<RejectedRow> getCommittableSerializer() {
    return new RejectedRowSerializer();
  }
}
