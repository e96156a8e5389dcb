package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.http.Reason;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What is asked of the table where a job is made, so that a mistake is told to who makes it and not
 * to a task's log. Once and shortly: the job asks again when it starts.
 */
public final class TableAtBuild {
  /** Longer than connecting takes, shorter than a person's patience. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private TableAtBuild() {}

  /**
   * What came of it.
   *
   * @param fault null, or why the job could not write: a sentence for the person who can act
   * @param unknown null, or why nothing is known, which says nothing about the job: the cluster may
   *     reach what this process does not
   */
  public record Finding(String fault, String unknown) {}

  /** Asks with the credentials that this process has; blocks. */
  public static Finding ask(SinkConfig config) {
    try (TableClient client = new AwsTableClient(config)) {
      return ask(client, config, PATIENCE);
    }
  }

  static Finding ask(TableClient client, SinkConfig config, Duration patience) {
    try {
      TableDescription table = client.describe().get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return table.status().equals("CREATING")
          ? unknown(config, "it is still being made")
          : new Finding(TableCheck.fault(table, config), null);
    } catch (ExecutionException failed) {
      return failed.getCause() instanceof WriteFailure failure
          ? of(failure.refusal(), config)
          : unknown(config, String.valueOf(failed.getCause()));
    } catch (TimeoutException late) {
      return unknown(config, "no answer within %d s".formatted(patience.toSeconds()));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return unknown(config, "this process was interrupted");
    }
  }

  private static Finding of(Refusal refusal, SinkConfig config) {
    return switch (refusal.kind()) {
      case REJECTED ->
          new Finding(
              "DynamoDB does not know what is meant by the table %s: %s. Correct its name or ARN."
                  .formatted(config.where(), refusal.reason()),
              null);
      // This process's role, not the job's.
      case FORBIDDEN -> unknown(config, "dynamodb:DescribeTable is not allowed to this process");
      // Anything else that is fatal is about this process's credentials; the job has its own.
      case FATAL ->
          Refusals.code(refusal.cause()).equals("ResourceNotFoundException")
              ? new Finding(refusal.reason(), null)
              : unknown(config, Reason.of(refusal.cause()));
      default -> unknown(config, refusal.reason());
    };
  }

  private static Finding unknown(SinkConfig config, String reason) {
    return new Finding(
        null,
        "The table %s was not checked from here (%s); the job checks it when it starts."
            .formatted(config.where(), reason));
  }
}
