package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.ScriptedClient;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.testing.ScriptedStreams;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The scripted streams as a reader sees them on a bad day: answers are late, shards are not found
 * for a moment, and what the streams' own script adds.
 */
final class FaultyClient extends ReadingClient {
  private final ScriptedClient streams;
  private final VirtualTime time;
  private final Random random;
  private final Map<String, Long> latencies = new HashMap<>();
  private final Map<String, Integer> notFound = new HashMap<>();
  private double notFoundProbability;
  int largestPage;

  FaultyClient(ScriptedStreams streams, VirtualTime time, Random random) {
    this.streams = new ScriptedClient(streams);
    this.time = time;
    this.random = random;
  }

  /** Answers of a shard take up to this long; those of others are there at once. */
  void slow(String shardId, long mostMillis) {
    latencies.put(shardId, mostMillis);
  }

  /** How often a shard is not found, at most twice in a row. */
  void notFound(double probability) {
    notFoundProbability = probability;
  }

  @Override
  public CompletableFuture<String> iterator(ShardSplit split) {
    return answer(split.shardId(), () -> streams.iterator(split));
  }

  @Override
  public CompletableFuture<Page> read(String iterator) {
    return answer(
        shardOf(iterator),
        () -> {
          CompletableFuture<Page> page = streams.read(iterator);
          if (!page.isCompletedExceptionally()) {
            Page body = page.join();
            largestPage = Math.max(largestPage, body.length());
            if (body.body()[body.length() - 1] == '}') { // else it is garbage
              notFound.remove(shardOf(iterator));
            }
          }
          return page;
        });
  }

  /** Where the scripted iterator keeps it. */
  private static String shardOf(String iterator) {
    byte[] place = Base64.getDecoder().decode(iterator.split("\\|", 3)[2]);
    return new String(place, StandardCharsets.UTF_8).split(" ")[0];
  }

  private <T> CompletableFuture<T> answer(String shardId, Supplier<CompletableFuture<T>> asked) {
    if (random.nextDouble() < notFoundProbability && notFound.getOrDefault(shardId, 0) < 2) {
      notFound.merge(shardId, 1, Integer::sum);
      return CompletableFuture.failedFuture(
          new StreamsException(
              StreamsException.Kind.NOT_FOUND, "not found, as the test wants", null));
    }
    CompletableFuture<T> answer = asked.get();
    long most = latencies.getOrDefault(shardId, 0L);
    if (most == 0) {
      return answer;
    }
    CompletableFuture<T> late = new CompletableFuture<>();
    time.after(
        random.nextLong(most + 1),
        () ->
            answer.whenComplete(
                (value, failure) -> {
                  if (failure == null) {
                    late.complete(value);
                  } else {
                    late.completeExceptionally(failure);
                  }
                }));
    return late;
  }
}
