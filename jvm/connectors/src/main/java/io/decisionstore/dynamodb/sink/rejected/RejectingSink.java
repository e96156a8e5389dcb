package io.decisionstore.dynamodb.sink.rejected;

import java.io.IOException;
import java.io.Serializable;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.types.Row;

/**
 * A sink that says which rows it cannot write, instead of failing.
 *
 * <p>A row that it has rejected is in no state of its writer; one that is in the state is rejected
 * later, once.
 *
 * @param <StateT> of its writer
 */
public interface RejectingSink<StateT> extends Serializable {

  /**
   * A writer; after {@code flush(true)} it rejects nothing more.
   *
   * @param rejections where it tells what it cannot write, in the task's thread
   */
  StatefulSinkWriter<Row, StateT> restoreWriter(
      WriterInitContext context, Collection<StateT> state, Rejections rejections)
      throws IOException;

  /** Of the writer's state. */
  SimpleVersionedSerializer<StateT> getWriterStateSerializer();

  /** The table and its place, for sentences. */
  String where();
}
