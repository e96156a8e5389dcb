package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is asked of the table before the first row. */
public final class TableAtStart {
  private static final Logger LOG = LoggerFactory.getLogger(TableAtStart.class);

  /** How long the job's start waits for a table that is being made, or cannot be reached. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private TableAtStart() {}

  /**
   * The table, as soon as it is there; blocks.
   *
   * @return null if this role may write but not describe
   * @throws IllegalStateException a sentence for the person who can act
   */
  public static TableDescription await(TableClient client, SinkConfig config) {
    return await(client, config, PATIENCE);
  }

  static TableDescription await(TableClient client, SinkConfig config, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      Refusal refusal = null;
      try {
        TableDescription table =
            client.describe().get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (!table.status().equals("CREATING")) {
          checkFault(TableCheck.fault(table, config));
          return table;
        }
      } catch (ExecutionException failed) {
        refusal = refusal(failed);
        switch (refusal.kind()) {
          case FORBIDDEN -> {
            LOG.info(
                "The key of the table {} is not checked, for want of dynamodb:DescribeTable.",
                config.where());
            return null;
          }
          case FATAL -> throw new IllegalStateException(refusal.reason(), refusal.cause());
          case REJECTED -> throw unreachable(config, refusal);
          default -> {} // passes
        }
      } catch (TimeoutException late) {
        refusal = new Refusal(Refusal.Kind.UNAVAILABLE, "it does not answer", late);
      } catch (InterruptedException stopped) {
        throw stopped(stopped);
      }
      if (System.nanoTime() + PAUSE.toNanos() > until) {
        throw refusal == null
            ? new IllegalStateException(
                "The table %s is still being made after %d s."
                    .formatted(config.where(), patience.toSeconds()))
            : unreachable(config, refusal);
      }
      pause();
    }
  }

  private static void checkFault(String fault) {
    if (fault != null) {
      throw new IllegalStateException(fault);
    }
  }

  private static Refusal refusal(ExecutionException failed) {
    if (failed.getCause() instanceof WriteFailure failure) {
      return failure.refusal();
    }
    throw new IllegalStateException("The table could not be asked.", failed.getCause());
  }

  private static IllegalStateException unreachable(SinkConfig config, Refusal refusal) {
    return new IllegalStateException(
        "The table %s cannot be written: %s. Check the name, the endpoint and the credentials."
            .formatted(config.where(), refusal.reason()),
        refusal.cause());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException interrupted) {
      throw stopped(interrupted);
    }
  }

  private static IllegalStateException stopped(InterruptedException interrupted) {
    Thread.currentThread().interrupt();
    return new IllegalStateException(
        "The job was stopped while it waited for its table.", interrupted);
  }
}
