package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.http.SignedRequests.Body;
import io.decisionstore.dynamodb.http.SignedRequests.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that wait for answers: as many as there are requests open, which come and go with the
 * load. One more looks after requests that hang.
 */
final class OpenRequests {
  private static final Logger LOG = LoggerFactory.getLogger(OpenRequests.class);
  private static final long IDLE_SECONDS = 5;

  private final Duration timeout;
  private final Set<Open<?>> open = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor threads;
  private final ScheduledExecutorService watch;
  private volatile boolean stopped;

  /**
   * @param name of the threads
   * @param timeout from when a request is sent until its connection is closed
   */
  OpenRequests(String name, Duration timeout) {
    this.timeout = timeout;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // the sink says how many requests are open
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(), // the last to come to rest goes first, so that others may end
            named(() -> name + "-" + number.incrementAndGet()));
    this.watch = Executors.newSingleThreadScheduledExecutor(named(() -> name + "-watch"));
    // A connection's own timeout knows nothing of a large body that the network does not take.
    long every = Math.max(1, timeout.toMillis() / 15);
    watch.scheduleWithFixedDelay(this::giveUpOld, every, every, TimeUnit.MILLISECONDS);
  }

  private static ThreadFactory named(Supplier<String> name) {
    return task -> {
      Thread thread = new Thread(task, name.get());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** What is done in a thread. */
  @FunctionalInterface
  interface Work<T> {
    T run(Open<T> request) throws Exception;
  }

  /** One that is worked on. */
  static final class Open<T> implements Runnable {
    private final OpenRequests all;
    private final Work<T> work;
    private final Function<Throwable, Throwable> explaining;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private volatile Call call;
    private volatile long sentAt;
    private volatile boolean gaveUp;

    private Open(OpenRequests all, Work<T> work, Function<Throwable, Throwable> explaining) {
      this.all = all;
      this.work = work;
      this.explaining = explaining;
    }

    /** The answer to the only call of this request; blocks. */
    Body send(Call prepared) throws IOException {
      sentAt = System.nanoTime();
      call = prepared;
      if (all.stopped) {
        throw new IOException("the sink is closed");
      }
      try {
        return prepared.send();
      } catch (IOException | RuntimeException failure) {
        if (gaveUp) {
          throw new IOException(
              "no answer within %d s".formatted(all.timeout.toSeconds()), failure);
        }
        throw failure;
      } finally {
        call = null;
      }
    }

    @Override
    public void run() {
      try {
        future.complete(work.run(this));
      } catch (Throwable failure) { // also an Error: whoever waits must hear of it
        fail(failure);
      } finally {
        all.open.remove(this);
      }
    }

    private void fail(Throwable failure) {
      Throwable told = failure;
      try {
        told = explaining.apply(failure);
      } finally {
        future.completeExceptionally(told);
      }
    }

    private void abort() {
      Call current = call;
      if (current != null) {
        try {
          current.abort();
        } catch (RuntimeException failure) { // the others must be looked at all the same
          LOG.warn("A request could not be ended.", failure);
        }
      }
    }
  }

  /**
   * Begins; the future completes in a thread of this.
   *
   * @param explaining makes of a failure what the future fails with
   */
  <T> CompletableFuture<T> start(Work<T> work, Function<Throwable, Throwable> explaining) {
    Open<T> request = new Open<>(this, work, explaining);
    open.add(request);
    try {
      threads.execute(request);
    } catch (RuntimeException | Error noThread) {
      open.remove(request);
      request.fail(noThread);
    }
    return request.future;
  }

  boolean isStopped() {
    return stopped;
  }

  private void giveUpOld() {
    long now = System.nanoTime();
    for (Open<?> request : open) {
      if (request.call != null && now - request.sentAt > timeout.toNanos()) {
        request.gaveUp = true;
        request.abort();
      }
    }
  }

  /** Lets nothing new begin and cuts what is under way. */
  void stop() {
    stopped = true;
    watch.shutdownNow();
    threads.shutdownNow();
    open.forEach(Open::abort);
  }

  /**
   * Waits for the threads, which would need classes that Flink unloads after the job.
   *
   * @param reason of what is still open then
   */
  void await(Duration longest, Throwable reason) {
    try {
      threads.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    open.forEach(request -> request.future.completeExceptionally(reason));
  }
}
