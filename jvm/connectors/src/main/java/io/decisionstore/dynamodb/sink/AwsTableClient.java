package io.decisionstore.dynamodb.sink;

import io.decisionstore.dynamodb.Causes;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.writer.Item;
import io.decisionstore.dynamodb.sink.writer.ItemKey;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** A table through the AWS SDK; credentials come from its default chain. */
public final class AwsTableClient implements TableClient {
  private static final Logger LOG = LoggerFactory.getLogger(AwsTableClient.class);

  /** How long the job's start waits for a table that is being made, or cannot be reached. */
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);

  // Longer than DynamoDB itself works on a request, so that one given up is not written afterwards.
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(15);

  private static final Set<String> PASSING =
      Set.of(
          "TransactionConflictException",
          "ReplicatedWriteConflictException",
          "RequestTimeout",
          "RequestTimeoutException");

  private static final Set<String> CONTENT =
      Set.of(
          "ValidationException",
          "SerializationException",
          "RequestEntityTooLarge",
          "ItemCollectionSizeLimitExceededException");

  private final SinkConfig config;
  // Ours, since the SDK takes two seconds to end its own, at every restart of the job.
  private final EventLoopGroup eventLoop =
      new NioEventLoopGroup(1, new DefaultThreadFactory("dynamodb-sink", true));
  private final DynamoDbAsyncClient client;

  public AwsTableClient(SinkConfig config) {
    this.config = config;
    DynamoDbAsyncClientBuilder builder =
        DynamoDbAsyncClient.builder()
            .region(Region.of(config.region()))
            .httpClientBuilder(
                NettyNioAsyncHttpClient.builder()
                    .eventLoopGroup(SdkEventLoopGroup.create(eventLoop))
                    .maxConcurrency(config.limits().inFlightRequests() + 1)
                    .connectionTimeout(Duration.ofSeconds(2))
                    .readTimeout(REQUEST_TIMEOUT)
                    .tcpKeepAlive(true))
            .overrideConfiguration(
                override ->
                    override
                        .retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallTimeout(REQUEST_TIMEOUT))
            // Answers are only handed to the task; another thread in between costs time.
            .asyncConfiguration(
                async ->
                    async.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
    if (config.endpointUrl() != null) {
      builder.endpointOverride(URI.create(config.endpointUrl()));
    }
    this.client = builder.build();
  }

  @Override
  public void check() {
    TableDescription table = describe();
    if (table == null) {
      return;
    }
    Map<String, String> types = new HashMap<>();
    table
        .attributeDefinitions()
        .forEach(each -> types.put(each.attributeName(), each.attributeTypeAsString()));
    List<String> inTable =
        table.keySchema().stream()
            .map(key -> keyText(key.attributeName(), types.get(key.attributeName())))
            .toList();
    List<String> declared = new ArrayList<>();
    declared.add(keyText(config.partitionKey()));
    if (config.sortKey() != null) {
      declared.add(keyText(config.sortKey()));
    }
    if (!inTable.equals(declared)) {
      throw new IllegalStateException(
          "The table %s has the key %s, and the sink is declared with %s: declare the partition and the sort key that the table has."
              .formatted(
                  config.where(), String.join(" + ", inTable), String.join(" + ", declared)));
    }
  }

  private static String keyText(SinkField field) {
    return keyText(field.attribute(), field.attributeType());
  }

  private static String keyText(String name, String type) {
    return name + " (" + type + ")";
  }

  /** Null if this role may write but not describe. */
  private TableDescription describe() {
    long until = System.nanoTime() + START_PATIENCE.toNanos();
    while (true) {
      Throwable failure = null;
      try {
        TableDescription table =
            client.describeTable(request -> request.tableName(config.table())).join().table();
        if (table.tableStatus() != TableStatus.CREATING) {
          return table;
        }
      } catch (RuntimeException failed) {
        failure = cause(failed);
        if ("AccessDeniedException".equals(code(failure))) {
          LOG.info(
              "The key of the table {} is not checked, for want of dynamodb:DescribeTable.",
              config.where());
          return null;
        }
        Verdict verdict = judge(failure);
        if (verdict == Verdict.FATAL || verdict == Verdict.REFUSED) {
          throw new IllegalStateException(explain(failure), failure);
        }
      }
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            failure == null
                ? "The table %s is still being made after %d s."
                    .formatted(config.where(), START_PATIENCE.toSeconds())
                : explain(failure),
            failure);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "The job was stopped while it waited for its table.", stopped);
    }
  }

  @Override
  public CompletableFuture<Answer> write(List<Item> items) {
    return config.mode().comparesVersions() ? putIfNewer(items.get(0)) : batch(items);
  }

  private CompletableFuture<Answer> putIfNewer(Item item) {
    String version = config.versionAttribute();
    return client
        .putItem(
            request ->
                request
                    .tableName(config.table())
                    .item(item.attributes())
                    // True as well for an item that is not there, and for one without a version.
                    .conditionExpression("attribute_not_exists(#version) OR #version < :version")
                    .expressionAttributeNames(Map.of("#version", version))
                    .expressionAttributeValues(Map.of(":version", item.attributes().get(version))))
        .handle(
            (response, failure) -> {
              if (failure == null) {
                return new Answer(List.of(), 0);
              }
              if (cause(failure) instanceof ConditionalCheckFailedException) {
                return new Answer(List.of(), 1);
              }
              throw new CompletionException(cause(failure));
            });
  }

  private CompletableFuture<Answer> batch(List<Item> items) {
    List<WriteRequest> writes =
        items.stream()
            .map(
                item ->
                    WriteRequest.builder()
                        .putRequest(PutRequest.builder().item(item.attributes()).build())
                        .build())
            .toList();
    return client
        .batchWriteItem(request -> request.requestItems(Map.of(config.table(), writes)))
        .thenApply(response -> new Answer(unprocessed(items, response), 0));
  }

  private List<Item> unprocessed(List<Item> items, BatchWriteItemResponse response) {
    Collection<List<WriteRequest>> left = response.unprocessedItems().values();
    if (left.isEmpty()) {
      return List.of();
    }
    Map<ItemKey, Item> byKey = new HashMap<>();
    items.forEach(item -> byKey.put(item.key(), item));
    List<Item> unprocessed = new ArrayList<>();
    for (WriteRequest write : left.stream().flatMap(List::stream).toList()) {
      Map<String, AttributeValue> attributes = write.putRequest().item();
      Item item = byKey.get(ItemKey.of(config, attributes));
      if (item == null) {
        return items; // Not recognized: writing all again loses nothing.
      }
      unprocessed.add(item);
    }
    return unprocessed;
  }

  @Override
  public Verdict judge(Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof AwsServiceException refused) {
      String code = code(refused);
      if (refused.isThrottlingException()) {
        return Verdict.THROTTLED;
      }
      if (refused.statusCode() >= 500 || PASSING.contains(code)) {
        return Verdict.UNAVAILABLE;
      }
      return refused.statusCode() == 413 || CONTENT.contains(code)
          ? Verdict.REFUSED
          : Verdict.FATAL;
    }
    boolean passing =
        cause instanceof IOException
            || cause instanceof ApiCallTimeoutException
            || cause instanceof ApiCallAttemptTimeoutException
            || (cause instanceof SdkClientException
                && (Causes.has(cause, IOException.class)
                    || Causes.has(cause, TimeoutException.class)));
    // Missing credentials, for one, have no such cause.
    return passing ? Verdict.UNAVAILABLE : Verdict.FATAL;
  }

  @Override
  public String explain(Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof ResourceNotFoundException) {
      return "The table %s does not exist: create it, or correct the table's name, the region or the endpoint."
          .formatted(config.where());
    }
    if ("AccessDeniedException".equals(code(cause))) {
      return "The sink may not write to the table %s: allow %s to the job's role (%s)."
          .formatted(
              config.where(),
              config.mode().comparesVersions() ? "dynamodb:PutItem" : "dynamodb:BatchWriteItem",
              reason(failure));
    }
    return "The table %s cannot be written: %s. Check the name, the endpoint and the credentials."
        .formatted(config.where(), reason(failure));
  }

  @Override
  public String reason(Throwable failure) {
    Throwable cause = cause(failure);
    String reason = cause.getMessage();
    if (cause instanceof AwsServiceException refused && refused.awsErrorDetails() != null) {
      String message = refused.awsErrorDetails().errorMessage();
      reason = message == null || message.isEmpty() ? code(refused) : message;
    }
    reason = reason == null ? cause.getClass().getSimpleName() : reason;
    return reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason;
  }

  @Override
  public void close() {
    client.close();
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static String code(Throwable failure) {
    return failure instanceof AwsServiceException refused && refused.awsErrorDetails() != null
        ? String.valueOf(refused.awsErrorDetails().errorCode())
        : "";
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
