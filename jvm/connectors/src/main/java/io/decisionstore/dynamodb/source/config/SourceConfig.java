package io.decisionstore.dynamodb.source.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Everything the source was told.
 *
 * @param stream a table's name or a stream's ARN
 * @param region the AWS region
 * @param endpointUrl of DynamoDB and its streams, or null for AWS itself
 * @param start where to begin without a checkpoint
 * @param columns the fields of the emitted rows, in order
 * @param idleWaitMin the wait after a shard's first empty page
 * @param idleWaitMax the wait a quiet shard's polling slows down to
 * @param discoveryInterval how often the whole stream is listed, beside the listings at a shard's
 *     end
 * @param failOnTrimmed whether a position that the stream has lost fails the job
 */
public record SourceConfig(
    String stream,
    String region,
    String endpointUrl,
    StartPosition start,
    List<Column> columns,
    Duration idleWaitMin,
    Duration idleWaitMax,
    Duration discoveryInterval,
    boolean failOnTrimmed)
    implements Serializable {}
