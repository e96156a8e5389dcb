package io.decisionstore.dynamodb.source.client;

import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClientBuilder;

/** DynamoDB Streams through the AWS SDK; credentials come from its default chain. */
public final class AwsStreamsClient implements StreamsClient {
  private final SourceConfig config;
  private final DynamoDbStreamsClient client;
  private final String streamArn;

  public AwsStreamsClient(SourceConfig config) {
    this.config = config;
    DynamoDbStreamsClientBuilder builder =
        DynamoDbStreamsClient.builder().region(Region.of(config.region()));
    if (config.endpointUrl() != null) {
      builder.endpointOverride(URI.create(config.endpointUrl()));
    }
    this.client = builder.build();
    this.streamArn = config.stream().startsWith("arn:") ? config.stream() : latestStreamOfTable();
  }

  @Override
  public String streamArn() {
    return streamArn;
  }

  @Override
  public List<ListedShard> shards() {
    List<ListedShard> shards = new ArrayList<>();
    String after = null;
    do {
      String start = after;
      DescribeStreamResponse page =
          client.describeStream(
              request -> request.streamArn(streamArn).exclusiveStartShardId(start));
      for (Shard shard : page.streamDescription().shards()) {
        boolean closed = shard.sequenceNumberRange().endingSequenceNumber() != null;
        shards.add(new ListedShard(shard.shardId(), shard.parentShardId(), closed));
      }
      after = page.streamDescription().lastEvaluatedShardId();
    } while (after != null);
    return shards;
  }

  @Override
  public String iterator(String shardId, String position) {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder().streamArn(streamArn).shardId(shardId);
    if (position.equals(ShardSplit.TRIM_HORIZON) || position.equals(ShardSplit.LATEST)) {
      request.shardIteratorType(ShardIteratorType.fromValue(position));
    } else {
      request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER).sequenceNumber(position);
    }
    try {
      return client.getShardIterator(request.build()).shardIterator();
    } catch (TrimmedDataAccessException trimmed) {
      throw new TrimmedException(trimmed);
    }
  }

  @Override
  public Page read(String iterator) {
    try {
      GetRecordsResponse response = client.getRecords(request -> request.shardIterator(iterator));
      return new Page(response.records(), response.nextShardIterator());
    } catch (TrimmedDataAccessException trimmed) {
      throw new TrimmedException(trimmed);
    } catch (software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException expired) {
      throw new ExpiredIteratorException(expired);
    }
  }

  @Override
  public boolean isTransient(Throwable failure) {
    if (failure instanceof AwsServiceException refused) {
      String code = refused.awsErrorDetails() == null ? "" : refused.awsErrorDetails().errorCode();
      return refused.isThrottlingException()
          || refused.statusCode() >= 500
          || "LimitExceededException".equals(code);
    }
    // The SDK does not call a refused or cut connection retryable; missing credentials have no such
    // cause.
    return failure instanceof SdkClientException
        && (failure instanceof ApiCallTimeoutException
            || failure instanceof ApiCallAttemptTimeoutException
            || hasCause(failure, IOException.class));
  }

  @Override
  public String explain(Throwable failure) {
    String where = config.endpointUrl() == null ? config.region() : config.endpointUrl();
    return "The stream %s at %s cannot be read: %s. Check the name, the endpoint, the credentials and that the stream is enabled."
        .formatted(config.stream(), where, failure.getMessage());
  }

  @Override
  public void close() {
    client.close();
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private String latestStreamOfTable() {
    DynamoDbClientBuilder builder = DynamoDbClient.builder().region(Region.of(config.region()));
    if (config.endpointUrl() != null) {
      builder.endpointOverride(URI.create(config.endpointUrl()));
    }
    String arn;
    try (DynamoDbClient tables = builder.build()) {
      arn =
          tables
              .describeTable(request -> request.tableName(config.stream()))
              .table()
              .latestStreamArn();
    } catch (RuntimeException failure) {
      client.close();
      throw new IllegalStateException(explain(failure), failure);
    }
    if (arn == null) {
      client.close();
      throw new IllegalStateException(
          "The table %s has no stream: enable DynamoDB Streams on it.".formatted(config.stream()));
    }
    return arn;
  }
}
