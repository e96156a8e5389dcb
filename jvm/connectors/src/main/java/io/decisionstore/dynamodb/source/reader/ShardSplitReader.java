package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.StreamsClient;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.Record;

/**
 * Polls the shards of one subtask in turn.
 *
 * <p>Every call is billed, so polling follows the traffic: a shard with a full page has more and is
 * polled again as soon as its turn comes; one that was read to its tip waits the configured
 * minimum, so that the records of that time come together; a quiet one waits twice as long after
 * each empty page, up to the configured maximum.
 */
final class ShardSplitReader implements SplitReader<StreamRecord, ShardSplit> {
  private static final Logger LOG = LoggerFactory.getLogger(ShardSplitReader.class);
  private static final long MAX_BACKOFF_MS = 10_000;

  /** GetRecords gives at most this many; fewer may still be 1 MB, which costs a short wait. */
  private static final int FULL_PAGE = 1_000;

  /** A shard's place in the round. */
  private static final class Cursor {
    final ShardSplit split;
    String position;
    String iterator;
    boolean hadRecords;
    long waitMs;
    long dueAt;
    int failures;

    Cursor(ShardSplit split) {
      this.split = split;
      this.position = split.position();
    }
  }

  private final StreamsClient client;
  private final SourceConfig config;
  private final Deque<Cursor> round = new ArrayDeque<>();
  private final Object lock = new Object();
  private boolean wokenUp;

  ShardSplitReader(StreamsClient client, SourceConfig config) {
    this.client = client;
    this.config = config;
  }

  @Override
  public RecordsWithSplitIds<StreamRecord> fetch() {
    RecordsBySplits.Builder<StreamRecord> fetched = new RecordsBySplits.Builder<>();
    while (!takeWakeUp()) {
      Cursor cursor = round.poll();
      if (cursor == null) {
        break;
      }
      long now = System.currentTimeMillis();
      if (cursor.dueAt > now) {
        round.addFirst(cursor);
        sleepUntil(earliestDue());
        moveDueForward();
        continue;
      }
      boolean ended = poll(cursor, fetched);
      if (ended) {
        fetched.addFinishedSplit(cursor.split.splitId());
        break;
      }
      round.addLast(cursor);
      if (cursor.hadRecords) {
        break;
      }
    }
    return fetched.build();
  }

  @Override
  public void handleSplitsChanges(SplitsChange<ShardSplit> change) {
    change.splits().forEach(split -> round.addFirst(new Cursor(split)));
  }

  @Override
  public void wakeUp() {
    synchronized (lock) {
      wokenUp = true;
      lock.notifyAll();
    }
  }

  @Override
  public void close() {
    client.close();
  }

  /** Reads a page; true when the shard has ended. */
  private boolean poll(Cursor cursor, RecordsBySplits.Builder<StreamRecord> fetched) {
    StreamsClient.Page page;
    cursor.hadRecords = false;
    boolean isNewIterator = cursor.iterator == null;
    try {
      if (isNewIterator) {
        cursor.iterator = client.iterator(cursor.split.shardId(), cursor.position);
      }
      page = client.read(cursor.iterator);
    } catch (StreamsClient.ExpiredIteratorException expired) {
      cursor.iterator = null;
      if (cursor.position.equals(ShardSplit.LATEST)) {
        cursor.position = ShardSplit.TRIM_HORIZON; // LATEST again would skip what came meanwhile
      }
      return false;
    } catch (StreamsClient.TrimmedException trimmed) {
      if (cursor.position.equals(ShardSplit.TRIM_HORIZON) && !isNewIterator) {
        // Its oldest record moved on since the last, empty page (DynamoDB Local: it had none). What
        // came after that page cannot be a day old: a new iterator begins with it.
        cursor.iterator = null;
      } else {
        continueAfterTrim(cursor, trimmed);
      }
      return false;
    } catch (RuntimeException failure) {
      if (!client.isTransient(failure)) {
        throw new IllegalStateException(client.explain(failure), failure);
      }
      backOff(cursor, failure);
      return false;
    }
    cursor.failures = 0;
    cursor.iterator = page.nextIterator();
    for (Record record : page.records()) {
      fetched.add(cursor.split.splitId(), new StreamRecord(cursor.split.shardId(), record));
      cursor.position = record.dynamodb().sequenceNumber();
    }
    cursor.hadRecords = !page.records().isEmpty();
    if (page.records().size() >= FULL_PAGE) {
      cursor.waitMs = 0;
    } else {
      long least = config.idleWaitMin().toMillis();
      long longer = cursor.hadRecords ? least : Math.max(least, 2 * cursor.waitMs);
      cursor.waitMs = Math.min(config.idleWaitMax().toMillis(), longer);
    }
    cursor.dueAt = System.currentTimeMillis() + cursor.waitMs;
    return page.nextIterator() == null;
  }

  private void continueAfterTrim(Cursor cursor, StreamsClient.TrimmedException trimmed) {
    String gap =
        "Shard %s has lost the records after %s: they are older than 24 hours."
            .formatted(cursor.split.shardId(), cursor.position);
    if (config.failOnTrimmed()) {
      throw new IllegalStateException(
          gap
              + " To go on with the oldest record that is left, set_fail_on_trimmed(False); what is missing can be read"
              + " from the table.",
          trimmed);
    }
    LOG.error("{} Going on with the oldest record that is left, as configured.", gap);
    cursor.position = ShardSplit.TRIM_HORIZON;
    cursor.iterator = null;
  }

  private void backOff(Cursor cursor, RuntimeException failure) {
    cursor.failures++;
    long most = Math.min(MAX_BACKOFF_MS, 50L << Math.min(cursor.failures, 16));
    long wait = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
    cursor.dueAt = System.currentTimeMillis() + wait;
    LOG.warn(
        "Shard {} could not be read ({} times in a row); next try in {} ms.",
        cursor.split.shardId(),
        cursor.failures,
        wait,
        failure);
  }

  private long earliestDue() {
    return round.stream().mapToLong(cursor -> cursor.dueAt).min().orElse(0);
  }

  /** Brings the next shard that is due to the head, keeping the order of the others. */
  private void moveDueForward() {
    long now = System.currentTimeMillis();
    for (int i = 0; i < round.size() && round.peekFirst().dueAt > now; i++) {
      round.addLast(round.pollFirst());
    }
  }

  private void sleepUntil(long time) {
    synchronized (lock) {
      long wait = time - System.currentTimeMillis();
      if (!wokenUp && wait > 0) {
        try {
          lock.wait(wait);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          wokenUp = true;
        }
      }
    }
  }

  private boolean takeWakeUp() {
    synchronized (lock) {
      boolean woken = wokenUp;
      wokenUp = false;
      return woken;
    }
  }
}
