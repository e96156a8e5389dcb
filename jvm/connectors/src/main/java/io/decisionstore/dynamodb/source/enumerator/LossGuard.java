package io.decisionstore.dynamodb.source.enumerator;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what can no longer be read, and fails or goes on as configured. */
final class LossGuard {
  private static final Logger LOG = LoggerFactory.getLogger(LossGuard.class);

  private final SourceConfig config;
  private long gaps;

  LossGuard(SourceConfig config) {
    this.config = config;
  }

  /** A checkpoint is restored. */
  void restored(long takenAt, long now) {
    if (takenAt > 0 && now - takenAt > StreamsClient.RETENTION.toMillis()) {
      gap(
          config.onTrimmed(),
          "The checkpoint was taken at %s, %d hours ago, and a stream keeps 24: what was changed between then and the oldest record left is lost to it."
              .formatted(
                  Instant.ofEpochMilli(takenAt).toString(),
                  Duration.ofMillis(now - takenAt).toHours()),
          "set_on_trimmed(OnLoss.CONTINUE), or start without the checkpoint and bootstrap from the table");
    }
  }

  /** A shard is listed, and its parent neither is nor was ever read. */
  void unreadParent(String streamArn, String shardId, String parentId) {
    gap(
        config.onTrimmed(),
        "Shard %s of %s follows shard %s, which the stream has trimmed before any of it was read: its records are lost."
            .formatted(shardId, streamArn, parentId),
        "set_on_trimmed(OnLoss.CONTINUE), or start without the checkpoint and bootstrap from the table");
  }

  /** The table has a newer stream. */
  void replaced(String table, String oldArn, String newArn) {
    gap(
        config.onNewStream(),
        "The stream of table %s was disabled and enabled again: %s is followed by %s, and what was changed between the two is in neither."
            .formatted(table, oldArn, newArn),
        "set_on_new_stream(OnLoss.CONTINUE), or start without the checkpoint and bootstrap from the table");
  }

  /** The stream itself is gone, and the table has no newer one. */
  void gone(String streamArn) {
    gap(
        config.onNewStream(),
        "Stream %s is gone: it was disabled over 24 hours ago, and what was left in it is lost."
            .formatted(streamArn),
        "set_on_new_stream(OnLoss.CONTINUE) after enabling DynamoDB Streams on the table again, or start without the checkpoint and bootstrap from the table");
  }

  private void gap(LossPolicy policy, String what, String remedy) {
    if (policy == LossPolicy.FAIL) {
      throw new IllegalStateException(what + " To go on: " + remedy + ".");
    }
    gaps++;
    LOG.error("{} Going on, as configured.", what);
  }

  long gaps() {
    return gaps;
  }
}
