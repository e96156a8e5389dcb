package io.decisionstore.dynamodb.source.client;

import io.decisionstore.dynamodb.source.client.StreamsException.Kind;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.LimitExceededException;
import software.amazon.awssdk.services.dynamodb.model.ListStreamsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListStreamsResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardFilter;
import software.amazon.awssdk.services.dynamodb.model.ShardFilterType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.Stream;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * DynamoDB Streams through the AWS SDK; credentials come from its default chain.
 *
 * <p>A request is sent once: whoever asks knows how long to wait, and counts what is billed.
 */
public final class AwsStreamsClient implements StreamsClient {

  /** A page comes in milliseconds; one that does not come in this time is asked for again. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /** More than a reader has open at once. */
  private static final int MAX_CONNECTIONS = 128;

  /** They copy bytes and sign; one carries some hundred MB a second. */
  private static final int EVENT_LOOP_THREADS = 2;

  private static final int CLOSE_SECONDS = 5;

  private final SourceConfig config;

  /** Lists; a coordinator needs no more, and its classes may be unloaded before Netty has ended. */
  private final Opened<DynamoDbStreamsClient> listing = new Opened<>(this::openListing);

  private final Opened<DynamoDbStreamsAsyncClient> reading = new Opened<>(this::openReading);
  private final Opened<SdkEventLoopGroup> eventLoop =
      new Opened<>(() -> SdkEventLoopGroup.builder().numberOfThreads(EVENT_LOOP_THREADS).build());

  /** What is opened when it is first needed, and closed only if it was. */
  private static final class Opened<T> {
    private final Supplier<T> opener;
    private T opened;

    Opened(Supplier<T> opener) {
      this.opener = opener;
    }

    synchronized T get() {
      if (opened == null) {
        opened = opener.get();
      }
      return opened;
    }

    synchronized void close(Consumer<T> closing) {
      if (opened != null) {
        closing.accept(opened);
      }
    }
  }

  public AwsStreamsClient(SourceConfig config) {
    this.config = config;
  }

  private DynamoDbStreamsClient openListing() {
    return configured(DynamoDbStreamsClient.builder()).build();
  }

  private DynamoDbStreamsAsyncClient openReading() {
    return configured(DynamoDbStreamsAsyncClient.builder())
        .asyncConfiguration(
            async ->
                async.advancedOption(
                    SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
        .httpClientBuilder(
            NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(eventLoop.get())
                .maxConcurrency(MAX_CONNECTIONS)
                .tcpKeepAlive(true))
        .build();
  }

  private <B extends AwsClientBuilder<B, ?>> B configured(B builder) {
    builder
        .region(Region.of(config.region()))
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(AwsRetryStrategy.doNotRetry())
                .apiCallTimeout(REQUEST_TIMEOUT)
                .addExecutionInterceptor(new RawBody.Interceptor())
                .build());
    if (config.endpointUrl() != null) {
      builder.endpointOverride(URI.create(config.endpointUrl()));
    }
    return builder;
  }

  @Override
  public List<TableStream> streamsOf(String table) {
    List<TableStream> streams = new ArrayList<>();
    String after = null;
    do {
      ListStreamsRequest request =
          ListStreamsRequest.builder().tableName(table).exclusiveStartStreamArn(after).build();
      ListStreamsResponse page =
          listed(() -> listing.get().listStreams(request), "The table " + table);
      for (Stream stream : page.streams()) {
        streams.add(new TableStream(stream.streamArn(), stream.streamLabel()));
      }
      after = page.lastEvaluatedStreamArn();
    } while (after != null);
    streams.sort(Comparator.comparing(TableStream::label));
    return streams;
  }

  @Override
  public List<ListedShard> shards(String streamArn) {
    return described(DescribeStreamRequest.builder().streamArn(streamArn));
  }

  @Override
  public List<ListedShard> children(String streamArn, String shardId) {
    ShardFilter ofParent =
        ShardFilter.builder().type(ShardFilterType.CHILD_SHARDS).shardId(shardId).build();
    return described(DescribeStreamRequest.builder().streamArn(streamArn).shardFilter(ofParent));
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
    return asked(
        reading
            .get()
            .getShardIterator(request.build())
            .thenApply(response -> response.shardIterator()),
        "Shard " + split.shardId());
  }

  @Override
  public CompletableFuture<Page> read(String iterator) {
    RawBody body = new RawBody();
    GetRecordsRequest request =
        GetRecordsRequest.builder()
            .shardIterator(iterator)
            .overrideConfiguration(body::askedBy)
            .build();
    return asked(reading.get().getRecords(request).thenApply(response -> body.page()), "A shard");
  }

  /** Waits for the client's threads, which would need classes that Flink unloads after the job. */
  @Override
  public void close() {
    listing.close(DynamoDbStreamsClient::close);
    reading.close(DynamoDbStreamsAsyncClient::close);
    eventLoop.close(
        loop ->
            loop.eventLoopGroup()
                .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS));
  }

  private List<ListedShard> described(DescribeStreamRequest.Builder request) {
    List<ListedShard> shards = new ArrayList<>();
    String after = null;
    do {
      DescribeStreamRequest next = request.exclusiveStartShardId(after).build();
      DescribeStreamResponse page =
          listed(() -> listing.get().describeStream(next), "The stream " + next.streamArn());
      for (Shard shard : page.streamDescription().shards()) {
        boolean closed = shard.sequenceNumberRange().endingSequenceNumber() != null;
        shards.add(new ListedShard(shard.shardId(), shard.parentShardId(), closed));
      }
      after = page.streamDescription().lastEvaluatedShardId();
    } while (after != null);
    return shards;
  }

  private <T> T listed(Supplier<T> response, String what) {
    try {
      return response.get();
    } catch (SdkException failure) {
      throw explained(failure, what);
    }
  }

  private <T> CompletableFuture<T> asked(CompletableFuture<T> response, String what) {
    return response.exceptionallyCompose(
        failure -> CompletableFuture.failedFuture(explained(failure, what)));
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
            .formatted(what, where, failure.getMessage()),
        failure);
  }

  static Kind kindOf(Throwable failure) {
    if (failure instanceof TrimmedDataAccessException) {
      return Kind.TRIMMED;
    }
    if (failure instanceof ExpiredIteratorException) {
      return Kind.EXPIRED_ITERATOR;
    }
    if (failure instanceof ResourceNotFoundException) {
      return Kind.NOT_FOUND;
    }
    if (failure instanceof AwsServiceException refused) {
      if (refused.isThrottlingException() || refused instanceof LimitExceededException) {
        return Kind.THROTTLED;
      }
      // The SDK corrects its clock by the server's answer, so the next request is in time.
      boolean passes = refused.statusCode() >= 500 || refused.isClockSkewException();
      return passes ? Kind.TRANSIENT : Kind.FATAL;
    }
    // The SDK does not call a refused or cut connection retryable; missing credentials have no such
    // cause.
    boolean passes =
        failure instanceof ApiCallTimeoutException
            || failure instanceof ApiCallAttemptTimeoutException
            || failure instanceof IOException
            || failure instanceof CancellationException
            || failure instanceof SdkClientException && hasCause(failure, IOException.class);
    return passes ? Kind.TRANSIENT : Kind.FATAL;
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
