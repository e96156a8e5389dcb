package io.decisionstore.dynamodb.sink;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.writer.Item;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the sink asks of a table. One attempt a call: trying again is the sink's own affair. */
public interface TableClient extends AutoCloseable {

  /** Opens clients where the sink runs; travels with the job. */
  @FunctionalInterface
  interface Factory extends Serializable {
    TableClient open(SinkConfig config);
  }

  /**
   * What became of a request.
   *
   * @param unprocessed items of the request that DynamoDB did not take, and would take later
   * @param stale items that the table holds in the same or a newer version
   */
  record Answer(List<Item> unprocessed, int stale) {}

  /** What a failure means for the items of its request. */
  enum Verdict {
    /** The table's capacity is used up: later, and slower. */
    THROTTLED,
    /** A server's error, a timeout, a cut connection: later. The items may have been written. */
    UNAVAILABLE,
    /** Something is wrong with an item of the request; trying again does not help. */
    REFUSED,
    /** Nothing can be written: no table, no permission. */
    FATAL
  }

  /**
   * Whether the table is there and has the declared key.
   *
   * @throws IllegalStateException a sentence for the person who can act
   */
  void check();

  /**
   * Writes items of different keys, unconditionally or only over older versions, as configured.
   *
   * @param items as many as {@link SinkConfig#itemsPerRequest} at the most
   */
  CompletableFuture<Answer> write(List<Item> items);

  /** What a failed future means. */
  Verdict judge(Throwable failure);

  /** A sentence for the person who can act, about the request as a whole. */
  String explain(Throwable failure);

  /** The service's own short reason. */
  String reason(Throwable failure);

  @Override
  void close();
}
