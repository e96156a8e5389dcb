package io.decisionstore.dynamodb.source.client;

import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the source asks of DynamoDB Streams; safe to call from several threads.
 *
 * <p>Every failure is a {@link StreamsException}, thrown or as the future's.
 */
public interface StreamsClient extends AutoCloseable {

  /** How long a stream keeps its records. */
  Duration RETENTION = Duration.ofHours(24);

  /** Opens clients where the source runs; travels with the job. */
  @FunctionalInterface
  interface Factory extends Serializable {
    StreamsClient open(SourceConfig config);
  }

  /**
   * A stream of a table.
   *
   * @param arn the stream
   * @param label when it was enabled, as ISO time: labels rise with the streams of a table
   */
  record TableStream(String arn, String label) {}

  /**
   * A shard as the stream lists it.
   *
   * @param shardId the shard
   * @param parentId the shard it was split from, or null
   * @param closed whether it takes no more records
   */
  record ListedShard(String shardId, String parentId, boolean closed) {}

  /**
   * The answer to a read, as it came: up to 1,000 records or 1 MB.
   *
   * @param body the JSON, from index 0 on
   * @param length how many bytes of the body count
   */
  record Page(byte[] body, int length) {}

  /** The streams a table has had in the last 24 hours, oldest first; blocks. */
  List<TableStream> streamsOf(String table);

  /** Every shard the stream lists; blocks. */
  List<ListedShard> shards(String streamArn);

  /** The shards that a shard was split into, as far as they are visible; blocks. */
  List<ListedShard> children(String streamArn, String shardId);

  /** An iterator at the split's position. */
  CompletableFuture<String> iterator(ShardSplit split);

  /** The records at an iterator. */
  CompletableFuture<Page> read(String iterator);

  /** A page and all that was made of it is no longer looked at: its array may be used again. */
  default void release(Page page) {}

  @Override
  void close();
}
