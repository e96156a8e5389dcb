package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import java.util.List;

/** What a reader asks of a client; the rest is the enumerator's. */
abstract class ReadingClient implements StreamsClient {

  @Override
  public List<TableStream> streamsOf(String table) {
    throw new AssertionError("a reader asks for no streams");
  }

  @Override
  public List<ListedShard> shards(String streamArn) {
    throw new AssertionError("a reader lists no shards");
  }

  @Override
  public List<ListedShard> children(String streamArn, String shardId) {
    throw new AssertionError("a reader lists no shards");
  }

  @Override
  public void close() {}
}
