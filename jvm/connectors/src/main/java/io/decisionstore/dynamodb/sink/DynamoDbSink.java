package io.decisionstore.dynamodb.sink;

import io.decisionstore.dynamodb.sink.client.TableAtStart;
import io.decisionstore.dynamodb.sink.client.TableClient;
import io.decisionstore.dynamodb.sink.client.TableDescription;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.WriteSerializer;
import io.decisionstore.dynamodb.sink.rejected.FailingRejections;
import io.decisionstore.dynamodb.sink.rejected.RejectingSink;
import io.decisionstore.dynamodb.sink.rejected.Rejections;
import io.decisionstore.dynamodb.sink.writer.DynamoDbSinkWriter;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.types.Row;

/**
 * Writes rows as items of a DynamoDB table: each at least once, the writes of an item in their
 * order.
 *
 * <p>Not built on Flink's AsyncSinkBase, whose writer (1.20 and 2.2) keeps its buffer and its
 * request loop to itself: its timer blocks the task until the whole buffer is sent, so that under
 * throttling, when it would spare capacity, no newer row can take the place of a waiting one; a
 * write that must wait for its key would keep a request's place; and a refused item goes back to
 * the buffer at once, without a pause.
 */
public final class DynamoDbSink extends SinkOfLine
    implements SupportsWriterState<Row, ItemWrite>, RejectingSink<ItemWrite> {
  private static final long serialVersionUID = 1L;

  private final SinkConfig config;
  private final TableClient.Factory clients;

  DynamoDbSink(SinkConfig config, TableClient.Factory clients) {
    this.config = config;
    this.clients = clients;
  }

  public static DynamoDbSinkBuilder builder() {
    return new DynamoDbSinkBuilder();
  }

  @Override
  public StatefulSinkWriter<Row, ItemWrite> createWriter(WriterInitContext context) {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<Row, ItemWrite> restoreWriter(
      WriterInitContext context, Collection<ItemWrite> notYetWritten) {
    return restoreWriter(context, notYetWritten, new FailingRejections(config.where()));
  }

  @Override
  public StatefulSinkWriter<Row, ItemWrite> restoreWriter(
      WriterInitContext context, Collection<ItemWrite> notYetWritten, Rejections rejections) {
    TableClient client = clients.open(config);
    try {
      TableDescription table = TableAtStart.await(client, config);
      return DynamoDbSinkWriter.create(config, client, table, rejections, context, notYetWritten);
    } catch (RuntimeException | Error failure) {
      client.close();
      throw failure;
    }
  }

  @Override
  public String where() {
    return config.where();
  }

  @Override
  public SimpleVersionedSerializer<ItemWrite> getWriterStateSerializer() {
    return new WriteSerializer(config);
  }
}
