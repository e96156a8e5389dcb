package io.decisionstore.dynamodb.source;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.client.StreamsException.Kind;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.testing.FaultKind;
import io.decisionstore.dynamodb.testing.ScriptedStreams;
import io.decisionstore.dynamodb.testing.ServiceException;
import io.decisionstore.dynamodb.testing.ShardDescription;
import io.decisionstore.dynamodb.testing.StreamDescription;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The scripted streams without HTTP between; answers at once. */
public record ScriptedClient(ScriptedStreams streams) implements StreamsClient {
  private static final byte[] GARBAGE = "{\"Records\":[{\"dyna".getBytes(StandardCharsets.UTF_8);

  @Override
  public List<TableStream> streamsOf(String table) {
    return asked(
        () ->
            streams.listStreams(table, null, null).streams().stream()
                .map(entry -> new TableStream(entry.streamArn(), entry.streamLabel()))
                .toList());
  }

  @Override
  public List<ListedShard> shards(String streamArn) {
    return described(streamArn, null);
  }

  @Override
  public List<ListedShard> children(String streamArn, String shardId) {
    return described(streamArn, shardId);
  }

  private List<ListedShard> described(String streamArn, String childrenOf) {
    return asked(
        () -> {
          List<ListedShard> shards = new ArrayList<>();
          String after = null;
          do {
            StreamDescription page = streams.describeStream(streamArn, null, after, childrenOf);
            for (ShardDescription shard : page.shards()) {
              shards.add(new ListedShard(shard.shardId(), shard.parentShardId(), shard.isClosed()));
            }
            after = page.lastEvaluatedShardId();
          } while (after != null);
          return shards;
        });
  }

  @Override
  public CompletableFuture<String> iterator(ShardSplit split) {
    return later(
        () ->
            split.atRecord()
                ? streams.getShardIterator(
                    split.streamArn(), split.shardId(), "AFTER_SEQUENCE_NUMBER", split.position())
                : streams.getShardIterator(
                    split.streamArn(), split.shardId(), split.position(), null));
  }

  @Override
  public CompletableFuture<Page> read(String iterator) {
    return later(
        () -> {
          byte[] body;
          try {
            body = streams.getRecords(iterator, null).body();
          } catch (UncheckedIOException cut) {
            if (!cut.getMessage().contains(FaultKind.GARBAGE.name())) {
              throw cut;
            }
            body = GARBAGE;
          }
          return new Page(body, body.length);
        });
  }

  @Override
  public void close() {}

  private static <T> CompletableFuture<T> later(Supplier<T> answer) {
    try {
      return CompletableFuture.completedFuture(asked(answer));
    } catch (StreamsException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private static <T> T asked(Supplier<T> answer) {
    try {
      return answer.get();
    } catch (ServiceException failure) {
      throw new StreamsException(kindOf(failure), failure.getMessage(), failure);
    } catch (UncheckedIOException cut) {
      throw new StreamsException(Kind.TRANSIENT, cut.getMessage(), cut);
    }
  }

  private static Kind kindOf(ServiceException failure) {
    return switch (failure.code()) {
      case "TrimmedDataAccessException" -> Kind.TRIMMED;
      case "ResourceNotFoundException" -> Kind.NOT_FOUND;
      case "ExpiredIteratorException" -> Kind.EXPIRED_ITERATOR;
      case "ProvisionedThroughputExceededException",
          "LimitExceededException",
          "ThrottlingException" ->
          Kind.THROTTLED;
      default -> failure.status() >= 500 ? Kind.TRANSIENT : Kind.FATAL;
    };
  }

  /** A page's body with the same records, for tests that script pages themselves. */
  public static byte[] page(String nextIterator, String... records) {
    String next = nextIterator == null ? "" : "\"NextShardIterator\":\"" + nextIterator + "\",";
    String body = "{" + next + "\"Records\":[" + String.join(",", records) + "]}";
    return body.getBytes(StandardCharsets.UTF_8);
  }

  /** A record of a page that tests script themselves. */
  public static String record(String sequenceNumber, long createdAtSeconds) {
    return """
        {"eventName":"INSERT","dynamodb":{"SequenceNumber":"%s","ApproximateCreationDateTime":%d,"Keys":{"id":{"S":"%s"}},"NewImage":{"id":{"S":"%s"}}}}"""
        .formatted(sequenceNumber, createdAtSeconds, sequenceNumber, sequenceNumber);
  }
}
