package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.capacity.CapacityShare;
import io.decisionstore.dynamodb.sink.capacity.TableBudget;
import io.decisionstore.dynamodb.sink.client.TableClient;
import io.decisionstore.dynamodb.sink.client.TableDescription;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.RowReader;
import io.decisionstore.dynamodb.sink.item.RowText;
import io.decisionstore.dynamodb.sink.item.UnwritableRowException;
import io.decisionstore.dynamodb.sink.rejected.Rejections;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.types.Row;

/**
 * A subtask of the sink.
 *
 * <p>A checkpoint waits until the table has what came before it. Where order does not matter, only
 * for a while: what is left goes into the checkpoint, so that checkpoints go on while the table, or
 * a partition of it, does not. Else it waits as long as it takes: restored with another
 * parallelism, a write of the checkpoint could be another subtask's than the later writes of its
 * key, and come after them.
 *
 * @param <InputT> rows; a stream without a row type is refused with a sentence
 */
public final class DynamoDbSinkWriter<InputT> implements StatefulSinkWriter<InputT, ItemWrite> {
  /** For what is held back. */
  private static final long HELD_PATIENCE_MS = 500;

  private static final long CHECKPOINT_PATIENCE_MS = 10_000;

  private final SinkConfig config;
  private final TableClient client;
  private final RowReader rows;
  private final Rejections rejections;
  private final SinkMetrics metrics;
  private final WriteSender sender;

  /** A writer in Flink's task, which owns the client from now on. */
  public static <InputT> DynamoDbSinkWriter<InputT> create(
      SinkConfig config,
      TableClient client,
      TableDescription table,
      Rejections rejections,
      WriterInitContext context,
      Collection<ItemWrite> notYetWritten) {
    TaskThread task =
        new FlinkTaskThread(context.getMailboxExecutor(), context.getProcessingTimeService());
    CapacityShare share =
        TableBudget.join(
            config,
            context.getTaskInfo().getNumberOfParallelSubtasks(),
            ThreadLocalRandom.current());
    try {
      if (table != null) {
        share.described(task.now(), table);
      }
      SinkMetrics metrics = SinkMetrics.of(context.metricGroup());
      DynamoDbSinkWriter<InputT> writer =
          new DynamoDbSinkWriter<>(
              config,
              client,
              share,
              rejections,
              task,
              metrics,
              ThreadLocalRandom.current(),
              notYetWritten);
      SinkMetrics.gauges(context.metricGroup(), writer.sender);
      return writer;
    } catch (RuntimeException | Error failure) {
      share.leave(); // else the next attempt would share the table with a writer that is none
      throw failure;
    }
  }

  DynamoDbSinkWriter(
      SinkConfig config,
      TableClient client,
      CapacityShare share,
      Rejections rejections,
      TaskThread task,
      SinkMetrics metrics,
      RandomGenerator random,
      Collection<ItemWrite> notYetWritten) {
    this.config = config;
    this.client = client;
    this.rows = new RowReader(config);
    this.rejections = rejections;
    this.metrics = metrics;
    this.sender = new WriteSender(config, client, task, share, rejections, metrics, random);
    notYetWritten.forEach(sender::restore);
  }

  @Override
  public void write(InputT row, Context context) throws InterruptedException {
    ItemWrite write;
    try {
      write = rows.read(row);
    } catch (UnwritableRowException unwritable) {
      reject(row, unwritable);
      return;
    }
    if (write == null) {
      metrics.ignored.inc();
    } else {
      sender.add(write);
    }
  }

  private void reject(InputT row, UnwritableRowException unwritable) {
    rejections.reject(RowText.rejected(config, (Row) row, unwritable, System.currentTimeMillis()));
  }

  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    if (config.mode().isIndifferentToOrder() && !endOfInput) {
      sender.drain(HELD_PATIENCE_MS, CHECKPOINT_PATIENCE_MS);
    } else {
      sender.drain();
    }
  }

  @Override
  public List<ItemWrite> snapshotState(long checkpointId) {
    return sender.notYetWritten();
  }

  WriteSender sender() {
    return sender;
  }

  @Override
  public void close() {
    sender.close();
    client.close();
  }
}
