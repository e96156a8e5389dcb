package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.http.Service;
import io.decisionstore.dynamodb.http.SignedRequests;
import io.decisionstore.dynamodb.http.SignedRequests.Body;
import io.decisionstore.dynamodb.http.SignedRequests.Call;
import io.decisionstore.dynamodb.sink.client.OpenRequests.Work;
import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * A table over HTTP; credentials come from the AWS SDK's default chain.
 *
 * <p>An open request has a thread that builds and signs it, and waits. That takes two fifths of the
 * processor time of the SDK's asynchronous client, which makes objects of every attribute first.
 */
public final class AwsTableClient implements TableClient {
  private static final String DESCRIBE = "DescribeTable";

  // Longer than DynamoDB itself works on a request, so that one given up is not written afterwards.
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(15);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** What the end of a job waits for threads, whose connections are closed by then. */
  private static final Duration END_PATIENCE = Duration.ofSeconds(1);

  private final AwsCredentialsProvider credentials;
  private final SdkHttpClient connections;
  private final SignedRequests requests;
  private final OpenRequests open;
  private final RequestBodies bodies;
  private final AnswerReader answers;
  private final Refusals refusals;

  /** Then DynamoDB is asked what each of them costs, since each has units of its own. */
  private volatile boolean hasGlobalIndexes;

  public AwsTableClient(SinkConfig config) {
    this(config, DefaultCredentialsProvider.builder().build(), REQUEST_TIMEOUT);
  }

  AwsTableClient(SinkConfig config, AwsCredentialsProvider credentials, Duration timeout) {
    this.credentials = credentials;
    this.connections =
        ApacheHttpClient.builder()
            .maxConnections(config.limits().inFlightRequests() + 1) // one to describe the table
            .connectionTimeout(CONNECT_TIMEOUT)
            .socketTimeout(timeout)
            .tcpKeepAlive(true)
            .build();
    this.requests =
        new SignedRequests(
            Service.TABLES,
            config.region(),
            config.endpointUrl(),
            connections,
            NoCredentials.orThrow(credentials),
            byte[]::new);
    this.bodies = new RequestBodies(config);
    this.answers = new AnswerReader(config);
    this.refusals = new Refusals(config);
    this.open = new OpenRequests("dynamodb-sink-" + config.table(), timeout);
  }

  @Override
  public CompletableFuture<Answer> write(List<ItemWrite> writes) {
    String operation = bodies.operation(writes);
    return ask(
        operation,
        request -> {
          Call call = requests.prepare(operation, bodies.write(writes, hasGlobalIndexes));
          try {
            Body body = request.send(call);
            return operation.equals(RequestBodies.BATCH)
                ? answers.batch(writes, body)
                : answers.single(body, false);
          } catch (AwsServiceException refused) {
            if (!Refusals.code(refused).equals("ConditionalCheckFailedException")) {
              throw refused;
            }
            return answers.single(Refusals.body(refused), true);
          }
        });
  }

  @Override
  public CompletableFuture<TableDescription> describe() {
    return ask(
        DESCRIBE,
        request -> {
          Body body = request.send(requests.prepare(DESCRIBE, bodies.describe()));
          TableDescription table = DescribedTable.read(body);
          hasGlobalIndexes = !table.indexWriteUnits().isEmpty();
          return table;
        });
  }

  private <T> CompletableFuture<T> ask(String operation, Work<T> work) {
    return open.start(
        work,
        failure ->
            open.isStopped() ? closed(failure) : new WriteFailure(refusals.of(operation, failure)));
  }

  private static WriteFailure closed(Throwable cause) {
    return new WriteFailure(new Refusal(Kind.UNAVAILABLE, "the sink is closed", cause));
  }

  @Override
  public void close() {
    open.stop();
    connections.close(); // ends what is open
    open.await(END_PATIENCE, closed(null));
    if (credentials instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }
}
