package io.decisionstore.dynamodb.source.enumerator;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/** Time, and calls that are made later; a test turns it by hand. */
interface Timer {
  /** Milliseconds that never go back, for waits. */
  long now();

  /** Epoch milliseconds, for moments that are kept or compared with the stream's. */
  long wallMillis();

  /** Runs something in the coordinator's thread after a while. */
  void after(long millis, Runnable call);

  void close();

  /** The real time. */
  static Timer of(SplitEnumeratorContext<?> context) {
    return new Timer() {
      private ScheduledExecutorService clock;
      private boolean closed;

      @Override
      public long now() {
        return System.nanoTime() / 1_000_000;
      }

      @Override
      public long wallMillis() {
        return System.currentTimeMillis();
      }

      @Override
      public void after(long millis, Runnable call) {
        if (closed) {
          return;
        }
        if (clock == null) {
          clock =
              Executors.newSingleThreadScheduledExecutor(
                  task -> {
                    Thread thread = new Thread(task, "dynamodb-streams-enumerator-timer");
                    thread.setDaemon(true);
                    return thread;
                  });
        }
        clock.schedule(() -> context.runInCoordinatorThread(call), millis, TimeUnit.MILLISECONDS);
      }

      @Override
      public void close() {
        closed = true;
        if (clock != null) {
          clock.shutdownNow();
        }
      }
    };
  }
}
