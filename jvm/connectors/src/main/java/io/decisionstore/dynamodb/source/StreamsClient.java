package io.decisionstore.dynamodb.source;

import io.decisionstore.dynamodb.source.config.SourceConfig;
import java.io.Serializable;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** What the source asks of DynamoDB Streams; blocking, and safe to call from several threads. */
public interface StreamsClient extends AutoCloseable {

  /** Opens clients where the source runs; travels with the job. */
  @FunctionalInterface
  interface Factory extends Serializable {
    StreamsClient open(SourceConfig config);
  }

  /**
   * A shard as the stream lists it.
   *
   * @param shardId the shard
   * @param parentId the shard it was split from, or null
   * @param closed whether it takes no more records
   */
  record ListedShard(String shardId, String parentId, boolean closed) {}

  /**
   * An answer to a read.
   *
   * @param records up to 1,000 records or 1 MB; none does not mean that the shard is at its end
   * @param nextIterator where to read on, or null when the shard has ended
   */
  record Page(List<Record> records, String nextIterator) {}

  /** The stream's position was trimmed away: records older than 24 hours are gone. */
  final class TrimmedException extends RuntimeException {
    public TrimmedException(Throwable cause) {
      super(cause);
    }
  }

  /** The iterator is older than 15 minutes; a new one goes on from the last record. */
  final class ExpiredIteratorException extends RuntimeException {
    public ExpiredIteratorException(Throwable cause) {
      super(cause);
    }
  }

  /** The stream's ARN, found from the table's name if need be. */
  String streamArn();

  /** Every shard the stream lists. */
  List<ListedShard> shards();

  /**
   * An iterator.
   *
   * @param position TRIM_HORIZON, LATEST, or the sequence number after which to read
   */
  String iterator(String shardId, String position);

  /** The records at an iterator. */
  Page read(String iterator);

  /** Whether a failure passes by itself (throttling, 5xx, a cut connection). */
  boolean isTransient(Throwable failure);

  /** A sentence for the person who can act. */
  String explain(Throwable failure);

  @Override
  void close();
}
