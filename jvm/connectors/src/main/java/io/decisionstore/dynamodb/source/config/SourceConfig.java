package io.decisionstore.dynamodb.source.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Everything the source was told.
 *
 * @param streams names of tables, or ARNs of streams
 * @param region the AWS region
 * @param endpointUrl of DynamoDB Streams, or null for AWS itself
 * @param start where to begin without a checkpoint
 * @param stop where to end, or null to read for ever
 * @param columns the fields of the emitted rows, in order
 * @param eventTimeField the field that carries a row's timestamp, or null for the stream's own
 *     second
 * @param pace how often quiet shards are asked
 * @param maxBytes the bytes of responses that a subtask may hold or have asked for
 * @param discoveryInterval how often the whole stream is listed, beside the look for children at a
 *     shard's end
 * @param onTrimmed when the stream has lost records that were not read yet
 * @param onNewStream when the stream was disabled and enabled again
 */
public record SourceConfig(
    List<String> streams,
    String region,
    String endpointUrl,
    StreamPosition start,
    StreamPosition stop,
    List<Column> columns,
    String eventTimeField,
    Pace pace,
    long maxBytes,
    Duration discoveryInterval,
    LossPolicy onTrimmed,
    LossPolicy onNewStream)
    implements Serializable {

  /** The column that carries a row's timestamp, or -1. */
  public int eventTimeIndex() {
    return columns.stream().map(Column::name).toList().indexOf(eventTimeField);
  }
}
