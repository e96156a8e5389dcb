package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.Backoff;
import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the client in the coordinator's worker thread and tells apart what passes by itself from
 * what does not.
 */
final class Questions {
  private static final Logger LOG = LoggerFactory.getLogger(Questions.class);
  private static final int ITERATORS_AT_ONCE = 16;
  private static final long ITERATOR_TIMEOUT_S = 30;
  private static final long FIRST_BACKOFF_MS = 100;
  private static final long LONGEST_BACKOFF_MS = 10_000;

  private final SplitEnumeratorContext<?> context;
  private final StreamsClient client;
  private final Backoff backoff;

  Questions(SplitEnumeratorContext<?> context, StreamsClient client, RandomGenerator random) {
    this.context = context;
    this.client = client;
    this.backoff = new Backoff(random, LONGEST_BACKOFF_MS);
  }

  StreamsClient client() {
    return client;
  }

  /**
   * Asks once.
   *
   * @param what follows "could not", for the log
   * @param failed takes the failure, and throws if the job is to fail
   */
  <T> void ask(
      String what, Callable<T> question, Consumer<T> answered, Consumer<StreamsException> failed) {
    context.callAsync(
        question,
        (answer, failure) -> {
          if (failure == null) {
            answered.accept(answer);
            return;
          }
          StreamsException reason = reason(failure);
          if (reason == null) {
            throw new IllegalStateException(
                "The source could not %s: %s".formatted(what, failure), failure);
          }
          if (reason.passes()) {
            LOG.warn("The source could not {}; trying again.", what, reason);
          }
          failed.accept(reason);
        });
  }

  /** Fails the job with the failure's own sentence. */
  static void failUnlessItPasses(StreamsException failure, StreamsException.Kind... expected) {
    if (!failure.passes() && !List.of(expected).contains(failure.kind())) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
  }

  private static StreamsException reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StreamsException reason) {
        return reason;
      }
    }
    return null;
  }

  /** How long to wait after so many failures in a row. */
  long backoff(int failures) {
    return backoff.delay(FIRST_BACKOFF_MS, failures + 1);
  }

  /** Iterators at the splits' positions; those that could not be had now are missing. */
  Map<String, String> iterators(List<ShardSplit> splits) throws InterruptedException {
    Map<String, String> iterators = new HashMap<>();
    Deque<Map.Entry<String, CompletableFuture<String>>> asked = new ArrayDeque<>();
    for (ShardSplit split : splits) {
      if (asked.size() == ITERATORS_AT_ONCE) {
        await(asked.poll(), iterators);
      }
      asked.add(Map.entry(split.shardId(), client.iterator(split)));
    }
    while (!asked.isEmpty()) {
      await(asked.poll(), iterators);
    }
    return iterators;
  }

  private static void await(
      Map.Entry<String, CompletableFuture<String>> asked, Map<String, String> iterators)
      throws InterruptedException {
    try {
      iterators.put(asked.getKey(), asked.getValue().get(ITERATOR_TIMEOUT_S, TimeUnit.SECONDS));
    } catch (TimeoutException late) {
      LOG.warn("Shard {} gave no iterator in {} s.", asked.getKey(), ITERATOR_TIMEOUT_S);
    } catch (ExecutionException failure) {
      StreamsException reason = reason(failure);
      if (reason == null || reason.kind() == StreamsException.Kind.FATAL) {
        throw reason == null ? new IllegalStateException(failure.getCause()) : reason;
      }
      LOG.warn("Shard {} gave no iterator.", asked.getKey(), reason);
    }
  }
}
