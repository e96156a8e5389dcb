package io.decisionstore.dynamodb.sink.rejected;

import io.decisionstore.dynamodb.sink.item.RejectedRow;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;

/**
 * A writer whose rejected rows leave it with each checkpoint, before the barrier: so they are of
 * the same checkpoint as the state that no longer has them.
 *
 * @param <InputT> rows; a stream without a row type brings other things, which the writer refuses
 * @param <StateT> of the writer
 */
public final class CollectingWriter<InputT, StateT>
    implements StatefulSinkWriter<InputT, StateT>, CommittingSinkWriter<InputT, RejectedRow> {
  private final StatefulSinkWriter<InputT, StateT> writer;
  private final CollectedRejections rejections;

  public CollectingWriter(
      StatefulSinkWriter<InputT, StateT> writer, CollectedRejections rejections) {
    this.writer = writer;
    this.rejections = rejections;
  }

  @Override
  public void write(InputT row, Context context) throws IOException, InterruptedException {
    writer.write(row, context);
  }

  @Override
  public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
    writer.writeWatermark(watermark);
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    writer.flush(endOfInput);
  }

  @Override
  public Collection<RejectedRow> prepareCommit() {
    return rejections.take();
  }

  @Override
  public List<StateT> snapshotState(long checkpointId) throws IOException {
    List<StateT> state = writer.snapshotState(checkpointId);
    if (!rejections.isEmpty()) {
      // Flink calls this right after prepareCommit; a row in between would be in neither.
      throw new IllegalStateException(
          "A row was rejected while checkpoint %d was taken, and would be lost by it: this is a mistake in the sink, please report it."
              .formatted(checkpointId));
    }
    return state;
  }

  @Override
  public void close() throws Exception {
    writer.close();
  }
}
