package io.decisionstore.dynamodb.sink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Delete;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Put;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Update;
import io.decisionstore.dynamodb.sink.item.KeyValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sts.model.StsException;

/** The client against a server that answers as DynamoDB does when it refuses. */
@Timeout(60)
class RefusalsTest {
  private static final ItemKey KEY = new ItemKey(new KeyValue('N', "1"), new KeyValue('S', "a"));
  private static final ItemWrite PUT = new Put(KEY, 1, 10, "{}".getBytes(StandardCharsets.UTF_8));
  private static final ItemWrite UPDATE = new Update(KEY, 0, 10, Map.of(), Map.of());
  private static final WriteMode IF_NEWER = WriteMode.putIfNewer("version", null);

  private static TableServer server;
  private static AwsTableClient puts;
  private static AwsTableClient putsIfNewer;
  private static AwsTableClient updates;

  @BeforeAll
  static void serve() throws IOException {
    server = new TableServer();
    puts = server.client(WriteMode.put());
    putsIfNewer = server.client(IF_NEWER);
    updates = server.client(WriteMode.update(null));
  }

  @AfterAll
  static void stop() {
    puts.close();
    putsIfNewer.close();
    updates.close();
    server.close();
  }

  private static Refusal refusal(CompletableFuture<?> asked) {
    CompletionException failure = catchThrowableOfType(CompletionException.class, asked::join);
    return ((WriteFailure) failure.getCause()).refusal();
  }

  private static Refusal refusal(TableClient client, ItemWrite... writes) {
    return refusal(client.write(List.of(writes)));
  }

  @ParameterizedTest
  @CsvSource({
    "400, ProvisionedThroughputExceededException, THROTTLED",
    "400, ThrottlingException, THROTTLED",
    "400, RequestLimitExceeded, THROTTLED",
    "500, InternalServerError, UNAVAILABLE",
    "503, ServiceUnavailable, UNAVAILABLE",
    "400, TransactionConflictException, UNAVAILABLE",
    "400, ReplicatedWriteConflictException, UNAVAILABLE",
    "403, RequestTimeTooSkewed, UNAVAILABLE",
    "400, ExpiredTokenException, UNAVAILABLE",
    "400, ValidationException, REJECTED",
    "400, SerializationException, REJECTED",
    "413, RequestEntityTooLarge, REJECTED",
    "400, ItemCollectionSizeLimitExceededException, REJECTED",
  })
  void aRefusalIsJudgedByItsCode(int status, String code, Kind kind) {
    server.refuse(status, code);
    for (TableClient client : List.of(puts, putsIfNewer)) {
      Refusal refusal = refusal(client, PUT);
      assertThat(refusal.kind()).isEqualTo(kind);
      assertThat(refusal.reason()).isEqualTo("why");
      assertThat(refusal.cause()).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"UnrecognizedClientException", "InvalidSignatureException", "NewException"})
  void whatIsNotKnownToPassIsFatal(String code) {
    server.refuse(400, code);
    Refusal refusal = refusal(puts, PUT);
    assertThat(refusal.kind()).isEqualTo(Kind.FATAL);
    assertThat(refusal.reason())
        .startsWith("The table t \"ü\" at http://127.0.0.1:")
        .endsWith("cannot be written: why. Check the name, the endpoint and the credentials.");
  }

  @ParameterizedTest
  @CsvSource({
    "TableWriteProvisionedThroughputExceeded, , TABLE_THROTTLED",
    "TableWriteMaxOnDemandThroughputExceeded, , TABLE_THROTTLED",
    "TableWriteAccountLimitExceeded, , TABLE_THROTTLED",
    "IndexWriteProvisionedThroughputExceeded, , TABLE_THROTTLED",
    "TableWriteKeyRangeThroughputExceeded, , PARTITION_THROTTLED",
    "IndexWriteKeyRangeThroughputExceeded, , PARTITION_THROTTLED",
    "TableWriteKeyRangeThroughputExceeded, TableWriteProvisionedThroughputExceeded, TABLE_THROTTLED",
    ", , THROTTLED",
  })
  void throttlingIsToldByWhatIsUsedUp(String first, String second, Kind kind) {
    String reasons =
        Stream.of(first, second)
            .filter(Objects::nonNull)
            .map(reason -> "{\"reason\":\"%s\",\"resource\":\"arn\"}".formatted(reason))
            .collect(Collectors.joining(","));
    Map<String, String> member =
        Map.of(
            "ProvisionedThroughputExceededException", "ThrottlingReasons",
            "RequestLimitExceeded", "ThrottlingReasons",
            "ThrottlingException", "throttlingReasons");
    member.forEach(
        (code, name) -> {
          server.answer(
              400,
              "{\"__type\":\"x#%s\",\"message\":\"slow\",\"%s\":[%s]}"
                  .formatted(code, name, reasons));
          assertThat(refusal(puts, PUT).kind()).isEqualTo(kind);
        });
  }

  @Test
  void anAnswerWithoutACodeIsJudgedByItsStatusAndSaysIt() {
    for (String body : List.of("<html>Bad Gateway</html>", "", "{}")) {
      server.answer(502, body);
      assertThat(refusal(puts, PUT))
          .extracting("kind", "reason")
          .containsExactly(Kind.UNAVAILABLE, "HTTP status 502");
      server.answer(403, body);
      assertThat(refusal(puts, PUT).kind()).isEqualTo(Kind.FATAL);
      server.answer(413, body);
      assertThat(refusal(puts, PUT).kind()).isEqualTo(Kind.REJECTED);
    }
  }

  @Test
  void aMissingTableIsASentence() {
    server.refuse(400, "ResourceNotFoundException");
    Refusal refusal = refusal(puts, PUT);
    assertThat(refusal.kind()).isEqualTo(Kind.FATAL);
    assertThat(refusal.reason())
        .startsWith("The table t \"ü\" at http://127.0.0.1:")
        .contains("does not exist: create it");
  }

  @Test
  void aRoleThatMayNotIsToldWhichPermissionIsMissing() {
    server.refuse(400, "AccessDeniedException");
    Map.of(
            "BatchWriteItem", puts.write(List.of(PUT)),
            "PutItem", putsIfNewer.write(List.of(PUT)),
            "UpdateItem", updates.write(List.of(UPDATE)),
            "DeleteItem", updates.write(List.of(new Delete(KEY))),
            "DescribeTable", puts.describe())
        .forEach(
            (operation, asked) -> {
              Refusal refusal = refusal(asked);
              assertThat(refusal.kind()).isEqualTo(Kind.FORBIDDEN);
              assertThat(refusal.reason())
                  .startsWith("The sink may not ")
                  .endsWith(": allow dynamodb:" + operation + " to the job's role (why).");
            });
  }

  @Test
  void aSessionTokenOfTheProcessStaysExpired() {
    server.refuse(400, "ExpiredTokenException");
    System.setProperty("aws.sessionToken", "old");
    try {
      Refusal refusal = refusal(puts, PUT);
      assertThat(refusal.kind()).isEqualTo(Kind.FATAL);
      assertThat(refusal.reason()).contains("AWS_SESSION_TOKEN has expired");
    } finally {
      System.clearProperty("aws.sessionToken");
    }
  }

  @Test
  void aRefusedConnectionPasses() throws IOException {
    int nobodyListens;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobodyListens = socket.getLocalPort();
    }
    try (AwsTableClient client =
        new AwsTableClient(
            TableServer.config(WriteMode.put(), nobodyListens),
            TableServer.CREDENTIALS,
            Duration.ofSeconds(15))) {
      Refusal refusal = refusal(client, PUT);
      assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(refusal.reason()).contains("refused");
    }
  }

  @Test
  void missingCredentialsDoNotPassButThoseThatWereThereComeBack() {
    RuntimeException missing =
        SdkClientException.create("Unable to load credentials from any of the providers");
    boolean[] gone = {true};
    AwsCredentialsProvider credentials =
        () -> {
          if (gone[0]) {
            throw missing;
          }
          return AwsBasicCredentials.create("local", "local");
        };
    try (AwsTableClient client =
        server.client(WriteMode.put(), credentials, Duration.ofSeconds(15))) {
      Refusal refusal = refusal(client, PUT);
      assertThat(refusal.kind()).isEqualTo(Kind.FATAL);
      assertThat(refusal.reason()).contains("cannot be written: no AWS credentials where Flink");
      gone[0] = false;
      server.answer("{\"UnprocessedItems\":{}}");
      client.write(List.of(PUT)).join();
      gone[0] = true;
      assertThat(refusal(client, PUT).kind()).isEqualTo(Kind.UNAVAILABLE);
    }
  }

  @Test
  void theServiceOfCredentialsBeingThrottledIsNoThrottledTable() {
    StsException.Builder busy = StsException.builder();
    AwsCredentialsProvider credentials =
        () -> {
          throw busy.statusCode(429).message("busy").build();
        };
    try (AwsTableClient client =
        server.client(WriteMode.put(), credentials, Duration.ofSeconds(15))) {
      assertThat(refusal(client, PUT).kind()).isEqualTo(Kind.UNAVAILABLE);
    }
  }

  @Test
  void whatCannotBeAskedForIsFatalAndKillsNoThread() {
    assertThat(refusal(puts, UPDATE).kind()).isEqualTo(Kind.FATAL);
    assertThat(refusal(putsIfNewer, new Delete(KEY)).kind()).isEqualTo(Kind.FATAL);
    assertThat(refusal(putsIfNewer, PUT, PUT).kind()).isEqualTo(Kind.FATAL);
  }

  @Test
  void anErrorOfTheMachineReachesTheSink() {
    AwsCredentialsProvider credentials =
        () -> {
          throw new OutOfMemoryError("full");
        };
    try (AwsTableClient client =
        server.client(WriteMode.put(), credentials, Duration.ofSeconds(15))) {
      Refusal refusal = refusal(client, PUT);
      assertThat(refusal.kind()).isEqualTo(Kind.FATAL);
      assertThat(refusal.cause()).isInstanceOf(OutOfMemoryError.class);
    }
  }
}
