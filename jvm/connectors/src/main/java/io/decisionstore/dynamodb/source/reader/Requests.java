package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.client.AwsStreamsClient;
import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.client.StreamsException;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The requests of one subtask: sends those that are due and hands over the answers as they come.
 *
 * <p>Shards are asked in the order in which they became due, as far as the memory reaches. The
 * client's threads only put answers into a queue; everything else is the fetcher's thread.
 */
final class Requests {

  /**
   * An answer that still counts.
   *
   * @param shard who asked
   * @param iterator where to read, or null
   * @param page a page, or null
   * @param failure why there is neither, or null
   */
  record Answer(
      ShardCursor shard, String iterator, StreamsClient.Page page, StreamsException failure) {}

  /** An answer as it came, with what had been taken for it when it was asked for. */
  private record Arrival(Answer answer, int generation, int guess) {}

  /** Open requests of a subtask: enough to hide the round trip, few enough to be kind. */
  private static final int MOST_OPEN = AwsStreamsClient.MAX_OPEN;

  private final StreamsClient client;
  private final MemoryBudget memory;
  private final ReaderClock clock;
  private final PriorityQueue<ShardCursor> due = new PriorityQueue<>();
  private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
  private long turns;
  private int open;
  private boolean full;
  private volatile boolean closed;

  Requests(StreamsClient client, MemoryBudget memory, ReaderClock clock) {
    this.client = client;
    this.memory = memory;
    this.clock = clock;
  }

  /** Lets a shard be asked at a moment; it must have no open request. */
  void schedule(ShardCursor shard, long at) {
    shard.dueAt = at;
    shard.turn = turns++;
    if (!shard.paused) {
      due.add(shard);
    }
  }

  void pause(ShardCursor shard) {
    if (shard != null) {
      shard.paused = true;
      due.remove(shard);
    }
  }

  void resume(ShardCursor shard, long now) {
    if (shard != null && shard.paused) {
      shard.paused = false;
      if (!shard.open) {
        schedule(shard, now);
      }
    }
  }

  /** What is still to come for a shard counts no more. */
  void forget(ShardCursor shard) {
    shard.generation++;
    shard.open = false;
    due.remove(shard);
  }

  /** When the next shard is due; none is while no more can be asked for. */
  long nextDue() {
    ShardCursor next = due.peek();
    return next == null || full ? Long.MAX_VALUE : next.dueAt;
  }

  /**
   * Asks for what is due, as far as the memory reaches.
   *
   * @param beforeIterator looks at a shard before it is asked for a new iterator
   */
  void ask(long now, Consumer<ShardCursor> beforeIterator) {
    full = false;
    for (ShardCursor next = due.peek(); next != null && next.dueAt <= now; next = due.peek()) {
      if (open >= MOST_OPEN) {
        full = true;
        return;
      }
      if (next.iterator == null) {
        due.poll();
        beforeIterator.accept(next);
        askIterator(next);
      } else {
        int guess = MemoryBudget.guess(next.lastPageBytes);
        if (!memory.tryTake(guess)) {
          full = true;
          return;
        }
        due.poll();
        next.asked(now);
        askPage(next, guess);
      }
    }
  }

  private void askIterator(ShardCursor shard) {
    send(
        shard,
        0,
        client.iterator(shard.split),
        (iterator, failure) -> new Answer(shard, iterator, null, failure));
  }

  private void askPage(ShardCursor shard, int guess) {
    send(
        shard,
        guess,
        client.read(shard.iterator),
        (page, failure) -> new Answer(shard, null, page, failure));
  }

  private <T> void send(
      ShardCursor shard,
      int guess,
      CompletableFuture<T> response,
      BiFunction<T, StreamsException, Answer> answer) {
    open++;
    shard.open = true;
    int generation = shard.generation;
    response.whenComplete(
        (value, failure) -> {
          arrivals.add(new Arrival(answer.apply(value, cause(failure)), generation, guess));
          clock.signal();
          if (closed) {
            giveBackArrived();
          }
        });
  }

  private static StreamsException cause(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause == null || cause instanceof StreamsException) {
      return (StreamsException) cause;
    }
    return new StreamsException(StreamsException.Kind.FATAL, cause.toString(), cause);
  }

  /** The next answer that counts, or null; a page's bytes are held until {@link #emitted}. */
  Answer nextAnswer() {
    for (Arrival arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
      open--;
      ShardCursor shard = arrival.answer.shard();
      boolean counts = arrival.generation == shard.generation;
      StreamsClient.Page page = arrival.answer.page();
      memory.correct(arrival.guess, counts && page != null ? page.length() : 0);
      if (counts) {
        shard.open = false;
        return arrival.answer;
      }
    }
    return null;
  }

  /** A page is no longer needed. */
  void emitted(StreamsClient.Page page) {
    memory.giveBack(page.length());
    client.release(page);
    clock.signal();
  }

  void close() {
    closed = true;
    giveBackArrived();
  }

  private void giveBackArrived() {
    for (Arrival arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
      memory.giveBack(arrival.guess);
    }
  }
}
