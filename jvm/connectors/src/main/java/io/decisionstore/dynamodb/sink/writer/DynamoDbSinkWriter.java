package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.TableClient;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.RejectedRow;
import io.decisionstore.dynamodb.sink.rejected.FailingRejections;
import io.decisionstore.dynamodb.sink.rejected.Rejections;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.types.Row;

/**
 * A subtask of the sink.
 *
 * <p>A checkpoint waits until the table has what came before it. Where versions decide, only for a
 * while: what is left goes into the checkpoint, so that checkpoints go on while the table does not.
 * Without versions it waits as long as it takes: restored with another parallelism, an item of the
 * checkpoint could land in another subtask than the later writes of its key, and overwrite them.
 *
 * @param <InputT> rows; a stream without a row type is refused with a sentence
 */
public final class DynamoDbSinkWriter<InputT> implements StatefulSinkWriter<InputT, Item> {
  private static final long CHECKPOINT_PATIENCE_MS = 10_000;

  private final SinkConfig config;
  private final TableClient client;
  private final RowToItem rows;
  private final ItemSender sender;
  private final Rejections rejections;

  DynamoDbSinkWriter(SinkConfig config, TableClient client, ItemSender sender) {
    this(config, client, sender, new FailingRejections(config.where()));
  }

  DynamoDbSinkWriter(
      SinkConfig config, TableClient client, ItemSender sender, Rejections rejections) {
    this.rejections = rejections;
    this.config = config;
    this.client = client;
    this.rows = new RowToItem(config);
    this.sender = sender;
  }

  /** A writer in Flink's task, which owns the client from now on. */
  public static <InputT> DynamoDbSinkWriter<InputT> create(
      SinkConfig config,
      TableClient client,
      WriterInitContext context,
      Collection<Item> notYetWritten,
      Rejections rejections) {
    ItemSender sender =
        new ItemSender(
            config,
            client,
            new FlinkTaskThread(context.getMailboxExecutor(), context.getProcessingTimeService()),
            SinkMetrics.of(context.metricGroup()),
            ThreadLocalRandom.current(),
            rejections);
    SinkMetrics.gauges(context.metricGroup(), sender);
    notYetWritten.forEach(sender::restore);
    sender.send();
    return new DynamoDbSinkWriter<>(config, client, sender, rejections);
  }

  @Override
  public void write(InputT row, Context context) throws InterruptedException {
    Item item;
    try {
      item = rows.convert(row);
    } catch (IllegalArgumentException unfit) {
      if (!config.deadLetters() || !(row instanceof Row)) {
        throw unfit;
      }
      rejections.reject(
          new RejectedRow(
              config.table(),
              null,
              unfit.getMessage(),
              String.valueOf(row),
              System.currentTimeMillis()));
      return;
    }
    sender.add(item);
  }

  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    boolean mayLeave = config.mode().comparesVersions() && !endOfInput;
    sender.drain(mayLeave ? CHECKPOINT_PATIENCE_MS : -1);
  }

  @Override
  public List<Item> snapshotState(long checkpointId) {
    return sender.notYetWritten();
  }

  @Override
  public void close() {
    sender.close();
    client.close();
  }
}
