package io.decisionstore.dynamodb.source.client;

import io.decisionstore.dynamodb.Causes;
import io.decisionstore.dynamodb.http.Reason;
import io.decisionstore.dynamodb.source.client.StreamsException.Kind;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ListStreamsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListStreamsResponse;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardFilter;
import software.amazon.awssdk.services.dynamodb.model.ShardFilterType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.Stream;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClientBuilder;

/**
 * DynamoDB Streams through the AWS SDK; credentials come from its default chain.
 *
 * <p>A request is sent once: whoever asks knows how long to wait, and counts what is billed. Each
 * open one has a thread, which does nothing but wait and copy: as many as there are requests at the
 * same time, and a page takes milliseconds.
 */
public final class AwsStreamsClient implements StreamsClient {

  /** The most requests that a reader may have open at once. */
  public static final int MAX_OPEN = 64;

  /** A page comes in milliseconds; one that does not come in this time is asked for again. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final SourceConfig config;
  private final SdkHttpClient connections;
  private final DefaultCredentialsProvider credentials;
  private final DynamoDbStreamsClient client;
  private final PageRequests pages;
  private final BodyPool bodies = new BodyPool(MAX_OPEN);
  private final ExecutorService threads;

  public AwsStreamsClient(SourceConfig config) {
    this.config = config;
    this.connections =
        ApacheHttpClient.builder()
            .maxConnections(MAX_OPEN)
            .connectionTimeout(CONNECT_TIMEOUT)
            .socketTimeout(TIMEOUT)
            .tcpKeepAlive(true)
            .build();
    this.credentials = DefaultCredentialsProvider.builder().build();
    DynamoDbStreamsClientBuilder builder =
        DynamoDbStreamsClient.builder()
            .region(Region.of(config.region()))
            .credentialsProvider(credentials)
            .httpClient(connections)
            .overrideConfiguration(
                options ->
                    options.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(TIMEOUT));
    if (config.endpointUrl() != null) {
      builder.endpointOverride(URI.create(config.endpointUrl()));
    }
    this.client = builder.build();
    this.pages = new PageRequests(config, connections, credentials, bodies);
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "dynamodb-streams-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public List<TableStream> streamsOf(String table) {
    return asked(
        "The table " + table,
        () -> {
          List<TableStream> streams = new ArrayList<>();
          String after = null;
          do {
            ListStreamsResponse page =
                client.listStreams(
                    ListStreamsRequest.builder()
                        .tableName(table)
                        .exclusiveStartStreamArn(after)
                        .build());
            for (Stream stream : page.streams()) {
              streams.add(new TableStream(stream.streamArn(), stream.streamLabel()));
            }
            after = page.lastEvaluatedStreamArn();
          } while (after != null);
          streams.sort(Comparator.comparing(TableStream::label));
          return streams;
        });
  }

  @Override
  public List<ListedShard> shards(String streamArn) {
    return described(DescribeStreamRequest.builder().streamArn(streamArn), true);
  }

  @Override
  public List<ListedShard> children(String streamArn, String shardId) {
    ShardFilter ofParent =
        ShardFilter.builder().type(ShardFilterType.CHILD_SHARDS).shardId(shardId).build();
    return described(
        DescribeStreamRequest.builder().streamArn(streamArn).shardFilter(ofParent), false);
  }

  private List<ListedShard> described(DescribeStreamRequest.Builder request, boolean whole) {
    return asked(
        "The stream " + request.build().streamArn(),
        () -> {
          List<ListedShard> shards = new ArrayList<>();
          String after = null;
          do {
            DescribeStreamResponse page =
                client.describeStream(request.exclusiveStartShardId(after).build());
            if (whole) {
              checkImages(page.streamDescription());
            }
            for (Shard shard : page.streamDescription().shards()) {
              boolean closed = shard.sequenceNumberRange().endingSequenceNumber() != null;
              shards.add(new ListedShard(shard.shardId(), shard.parentShardId(), closed));
            }
            after = page.streamDescription().lastEvaluatedShardId();
          } while (after != null);
          return shards;
        });
  }

  /** Without new images every such field but the key would be null, without a word. */
  private void checkImages(StreamDescription stream) {
    StreamViewType view = stream.streamViewType();
    if (view != StreamViewType.KEYS_ONLY && view != StreamViewType.OLD_IMAGE) {
      return;
    }
    Set<String> keys =
        stream.keySchema().stream()
            .map(KeySchemaElement::attributeName)
            .collect(Collectors.toSet());
    List<String> missing =
        config.columns().stream()
            .filter(column -> column.origin() == Column.Origin.NEW_IMAGE)
            .map(Column::attribute)
            .filter(attribute -> !keys.isEmpty() && !keys.contains(attribute))
            .toList();
    if (!missing.isEmpty()) {
      throw new StreamsException(
          Kind.FATAL,
          "The stream %s has the view type %s, and records of it have no new image to read %s from: enable the stream with NEW_IMAGE or NEW_AND_OLD_IMAGES, or declare the key's attributes and old_image only."
              .formatted(stream.streamArn(), view, String.join(", ", missing)),
          null);
    }
  }

  @Override
  public CompletableFuture<String> iterator(ShardSplit split) {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder().streamArn(split.streamArn()).shardId(split.shardId());
    if (split.atRecord()) {
      request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER);
      request.sequenceNumber(split.position());
    } else {
      request.shardIteratorType(ShardIteratorType.fromValue(split.position()));
    }
    return later(
        "Shard " + split.shardId(), () -> client.getShardIterator(request.build()).shardIterator());
  }

  @Override
  public CompletableFuture<Page> read(String iterator) {
    return later("A shard", () -> pages.get(iterator));
  }

  @Override
  public void release(Page page) {
    bodies.giveBack(page.body());
  }

  /** Waits for its threads, which would need classes that Flink unloads after the job. */
  @Override
  public void close() {
    threads.shutdownNow();
    client.close();
    connections.close(); // ends what is open
    credentials.close();
    try {
      threads.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> CompletableFuture<T> later(String what, Callable<T> question) {
    return CompletableFuture.supplyAsync(() -> asked(what, question), threads);
  }

  private <T> T asked(String what, Callable<T> question) {
    try {
      return question.call();
    } catch (StreamsException explained) {
      throw explained;
    } catch (Exception failure) {
      throw explained(failure, what);
    }
  }

  private StreamsException explained(Throwable wrapped, String what) {
    Throwable failure =
        wrapped instanceof CompletionException && wrapped.getCause() != null
            ? wrapped.getCause()
            : wrapped;
    String where = config.endpointUrl() == null ? config.region() : config.endpointUrl();
    return new StreamsException(
        kindOf(failure),
        "%s cannot be read at %s: %s. Check the name, the endpoint, the credentials (with dynamodb:ListStreams, DescribeStream, GetShardIterator, GetRecords) and that the stream is enabled."
            .formatted(what, where, Reason.withCode(failure)),
        failure);
  }

  static Kind kindOf(Throwable failure) {
    if (failure instanceof AwsServiceException refused) {
      String code = refused.awsErrorDetails() == null ? "" : refused.awsErrorDetails().errorCode();
      return switch (code == null ? "" : code) {
        case "TrimmedDataAccessException" -> Kind.TRIMMED;
        case "ExpiredIteratorException" -> Kind.EXPIRED_ITERATOR;
        case "ResourceNotFoundException" -> Kind.NOT_FOUND;
        case "LimitExceededException" -> Kind.THROTTLED;
        default -> {
          // Clocks are corrected by the server's answer, so the next request is in time.
          boolean passes = refused.statusCode() >= 500 || refused.isClockSkewException();
          yield refused.isThrottlingException()
              ? Kind.THROTTLED
              : passes ? Kind.TRANSIENT : Kind.FATAL;
        }
      };
    }
    // The SDK does not call a refused or cut connection retryable; missing credentials have no such
    // cause.
    boolean passes =
        failure instanceof IOException
            || failure instanceof ApiCallTimeoutException
            || failure instanceof SdkClientException && Causes.has(failure, IOException.class);
    return passes ? Kind.TRANSIENT : Kind.FATAL;
  }
}
