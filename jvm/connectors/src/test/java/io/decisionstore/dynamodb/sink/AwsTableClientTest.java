package io.decisionstore.dynamodb.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.decisionstore.dynamodb.sink.TableClient.Verdict;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.SinkField.Type;
import io.decisionstore.dynamodb.sink.writer.Item;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The client against a server that answers as DynamoDB does when it refuses. */
@Timeout(60)
class AwsTableClientTest {
  private HttpServer server;
  private volatile int status = 200;
  private volatile String body = "{}";

  @BeforeEach
  void serve() throws IOException {
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
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private SinkConfig config(String version) {
    return new SinkConfig(
        "t",
        "eu-west-1",
        "http://127.0.0.1:" + server.getAddress().getPort(),
        List.of(
            new SinkField("k", "k", Type.LONG, Role.PARTITION_KEY),
            new SinkField("v", "v", Type.LONG, Role.ATTRIBUTE)),
        version,
        2,
        25,
        5,
        100);
  }

  private static Item item(SinkConfig config, String key) {
    return Item.of(config, Map.of("k", AttributeValue.fromN(key), "v", AttributeValue.fromN("1")));
  }

  private void refuse(int withStatus, String code) {
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
  void aRefusalIsJudgedByItsCodeAndMadeOnce(int withStatus, String code, Verdict verdict) {
    refuse(withStatus, code);
    for (String version : new String[] {null, "v"}) {
      SinkConfig config = config(version);
      try (AwsTableClient client = new AwsTableClient(config)) {
        Throwable failure = catchThrowable(() -> client.write(List.of(item(config, "1"))).join());
        assertThat(client.judge(failure)).isEqualTo(verdict);
        assertThat(client.reason(failure)).isEqualTo("why");
      }
    }
  }

  @Test
  void aFailedConditionIsAStaleItemAndNoFailure() {
    refuse(400, "ConditionalCheckFailedException");
    SinkConfig config = config("v");
    try (AwsTableClient client = new AwsTableClient(config)) {
      assertThat(client.write(List.of(item(config, "1"))).join())
          .isEqualTo(new TableClient.Answer(List.of(), 1));
    }
  }

  @Test
  void unprocessedItemsAreFoundAgainHoweverTheirNumbersAreWritten() {
    body =
        "{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"k\":{\"N\":\"2.0\"},\"v\":{\"N\":\"1\"}}}}]}}";
    SinkConfig config = config(null);
    try (AwsTableClient client = new AwsTableClient(config)) {
      List<Item> items = List.of(item(config, "1"), item(config, "2"), item(config, "3"));
      assertThat(client.write(items).join().unprocessed()).containsExactly(items.get(1));
    }
  }

  @Test
  void anUnprocessedItemThatIsNotRecognizedMakesAllOfThemUnprocessed() {
    body = "{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"k\":{\"N\":\"9\"}}}}]}}";
    SinkConfig config = config(null);
    try (AwsTableClient client = new AwsTableClient(config)) {
      List<Item> items = List.of(item(config, "1"), item(config, "2"));
      assertThat(client.write(items).join().unprocessed()).isEqualTo(items);
    }
  }

  @Test
  void aRefusedConnectionPassesAndMissingCredentialsDoNot() {
    SinkConfig config = config(null);
    server.stop(0);
    try (AwsTableClient client = new AwsTableClient(config)) {
      Throwable failure = catchThrowable(() -> client.write(List.of(item(config, "1"))).join());
      assertThat(client.judge(failure)).isEqualTo(Verdict.UNAVAILABLE);
      assertThat(client.judge(SdkClientException.create("Unable to load credentials")))
          .isEqualTo(Verdict.FATAL);
    }
  }

  @Test
  void aTableThatIsMissingOrForbiddenIsASentence() {
    try (AwsTableClient client = new AwsTableClient(config("v"))) {
      refuse(400, "ResourceNotFoundException");
      assertThatThrownBy(client::check)
          .hasMessageStartingWith("The table t at http://127.0.0.1:")
          .hasMessageContaining("does not exist: create it");
      Throwable denied = catchThrowable(() -> denied(client));
      assertThat(client.explain(denied))
          .contains("may not write")
          .contains("allow dynamodb:PutItem to the job's role (why)");
    }
  }

  private void denied(AwsTableClient client) {
    refuse(400, "AccessDeniedException");
    client.check(); // a role that may not describe may yet write
    client.write(List.of(item(config("v"), "1"))).join();
  }

  @Test
  void aKeyThatIsNotTheTablesIsASentence() {
    body =
        "{\"Table\":{\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}],"
            + "\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"S\"}]}}";
    try (AwsTableClient client = new AwsTableClient(config(null))) {
      assertThatThrownBy(client::check)
          .hasMessageContaining("has the key k (S), and the sink is declared with k (N)");
    }
  }
}
