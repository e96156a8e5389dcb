package io.decisionstore.dynamodb.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.TableClient.Verdict;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.Limits;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.writer.Item;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The client against a server that answers as DynamoDB does when it refuses. */
@Timeout(60)
class AwsTableClientTest {
  private static HttpServer server;
  private static volatile int status;
  private static volatile String body;

  private static AwsTableClient puts;
  private static AwsTableClient putsIfNewer;

  @BeforeAll
  static void serve() throws IOException {
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    puts = new AwsTableClient(config(null, server.getAddress().getPort()));
    putsIfNewer = new AwsTableClient(config("v", server.getAddress().getPort()));
  }

  @AfterAll
  static void stop() {
    puts.close();
    putsIfNewer.close();
    server.stop(0);
  }

  private static SinkConfig config(String version, int port) {
    return new SinkConfig(
        "t",
        "eu-west-1",
        "http://127.0.0.1:" + port,
        List.of(
            new SinkField("k", "k", Scalar.LONG, Role.PARTITION_KEY),
            new SinkField("v", "v", Scalar.LONG, Role.ATTRIBUTE)),
        version == null ? WriteMode.put() : WriteMode.putIfNewer(version, null),
        RowRules.DEFAULT,
        Capacity.auto(Capacity.DEFAULT_SHARE),
        new Limits(2, 25, 5, 100, 64L << 20),
        false);
  }

  private static Item item(String key) {
    return Item.of(
        config("v", 1), Map.of("k", AttributeValue.fromN(key), "v", AttributeValue.fromN("1")));
  }

  private static void answer(String json) {
    status = 200;
    body = json;
  }

  private static void refuse(int withStatus, String code) {
    status = withStatus;
    body =
        "{\"__type\":\"com.amazonaws.dynamodb.v20120810#%s\",\"message\":\"why\"}".formatted(code);
  }

  @ParameterizedTest
  @CsvSource({
    "400, ProvisionedThroughputExceededException, THROTTLED",
    "400, ThrottlingException, THROTTLED",
    "400, RequestLimitExceeded, THROTTLED",
    "500, InternalServerError, UNAVAILABLE",
    "503, ServiceUnavailable, UNAVAILABLE",
    "400, TransactionConflictException, UNAVAILABLE",
    "400, ValidationException, REFUSED",
    "400, ItemCollectionSizeLimitExceededException, REFUSED",
    "400, ResourceNotFoundException, FATAL",
    "400, AccessDeniedException, FATAL",
    "400, UnrecognizedClientException, FATAL"
  })
  void aRefusalIsJudgedByItsCode(int withStatus, String code, Verdict verdict) {
    refuse(withStatus, code);
    for (AwsTableClient client : List.of(puts, putsIfNewer)) {
      Throwable failure = catchThrowable(() -> client.write(List.of(item("1"))).join());
      assertThat(client.judge(failure)).isEqualTo(verdict);
      assertThat(client.reason(failure)).isEqualTo("why");
    }
  }

  @Test
  void aFailedConditionIsAStaleItemAndNoFailure() {
    refuse(400, "ConditionalCheckFailedException");
    assertThat(putsIfNewer.write(List.of(item("1"))).join())
        .isEqualTo(new TableClient.Answer(List.of(), 1));
  }

  @Test
  void unprocessedItemsAreFoundAgainHoweverTheirNumbersAreWritten() {
    answer(
        "{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"k\":{\"N\":\"2.0\"},\"v\":{\"N\":\"1\"}}}}]}}");
    List<Item> items = List.of(item("1"), item("2"), item("3"));
    assertThat(puts.write(items).join().unprocessed()).containsExactly(items.get(1));
  }

  @Test
  void anUnprocessedItemThatIsNotRecognizedMakesAllOfThemUnprocessed() {
    answer("{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"k\":{\"N\":\"9\"}}}}]}}");
    List<Item> items = List.of(item("1"), item("2"));
    assertThat(puts.write(items).join().unprocessed()).isEqualTo(items);
  }

  @Test
  void aRefusedConnectionPassesAndMissingCredentialsDoNot() throws IOException {
    int nobodyListens;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobodyListens = socket.getLocalPort();
    }
    try (AwsTableClient client = new AwsTableClient(config(null, nobodyListens))) {
      Throwable failure = catchThrowable(() -> client.write(List.of(item("1"))).join());
      assertThat(client.judge(failure)).isEqualTo(Verdict.UNAVAILABLE);
      assertThat(client.judge(SdkClientException.create("Unable to load credentials")))
          .isEqualTo(Verdict.FATAL);
    }
  }

  @Test
  void aMissingTableIsASentence() {
    refuse(400, "ResourceNotFoundException");
    assertThatThrownBy(puts::check)
        .hasMessageStartingWith("The table t at http://127.0.0.1:")
        .hasMessageContaining("does not exist: create it");
  }

  @Test
  void aRoleThatMayNotDescribeMayStartAndOneThatMayNotWriteIsToldWhatToAllow() {
    refuse(400, "AccessDeniedException");
    putsIfNewer.check();
    Throwable denied = catchThrowable(() -> putsIfNewer.write(List.of(item("1"))).join());
    assertThat(putsIfNewer.explain(denied))
        .contains("may not write")
        .contains("allow dynamodb:PutItem to the job's role (why)");
  }

  @Test
  void aKeyThatIsNotTheTablesIsASentence() {
    answer(
        "{\"Table\":{\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}],"
            + "\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"S\"}]}}");
    assertThatThrownBy(puts::check)
        .hasMessageContaining("has the key k (S), and the sink is declared with k (N)");
  }
}
