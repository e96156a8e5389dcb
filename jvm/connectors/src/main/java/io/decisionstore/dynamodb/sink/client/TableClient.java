package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
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
   * @param unprocessed writes of the request that DynamoDB did not take, and would take later
   * @param stale whether the table holds the item in the same or a newer version
   * @param consumed what it cost; null if DynamoDB does not say
   */
  record Answer(List<ItemWrite> unprocessed, boolean stale, Consumed consumed) {}

  /**
   * Write units that a request consumed.
   *
   * @param table with its local indexes
   * @param indexes by global index
   */
  record Consumed(double table, Map<String, Double> indexes) {}

  /**
   * Writes items of different keys: one by one with their condition, or a batch, as the mode says.
   * The future completes in a thread of the client, never by {@code cancel}.
   *
   * @param writes as many as {@link SinkConfig#itemsPerRequest} at the most
   * @return failed with a {@link WriteFailure} if the request failed
   */
  CompletableFuture<Answer> write(List<ItemWrite> writes);

  /**
   * What the table says of itself.
   *
   * @return failed with a {@link WriteFailure}: FORBIDDEN if only this call is not permitted
   */
  CompletableFuture<TableDescription> describe();

  @Override
  void close();
}
