package io.decisionstore.dynamodb.sink.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.client.TableAtBuild.Finding;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What whoever makes a job is told of its table, over the client's real requests. */
@Timeout(60)
class TableAtBuildTest {
  private TableServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TableServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Finding ask() {
    return ask(TableServer.CREDENTIALS, Duration.ofSeconds(20));
  }

  private Finding ask(AwsCredentialsProvider credentials, Duration patience) {
    SinkConfig config = TableServer.config(WriteMode.put(), server.port());
    try (TableClient client = server.client(WriteMode.put(), credentials, Duration.ofSeconds(15))) {
      return TableAtBuild.ask(client, config, patience);
    }
  }

  private void table(String status, String partitionKey, int units) {
    server.answer(
        """
        {"Table":{"TableStatus":"%s","BillingModeSummary":{"BillingMode":"PROVISIONED"},
          "AttributeDefinitions":[{"AttributeName":"%s","AttributeType":"N"},
            {"AttributeName":"s","AttributeType":"S"}],
          "KeySchema":[{"AttributeName":"%s","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}],
          "ProvisionedThroughput":{"WriteCapacityUnits":%d}}}"""
            .formatted(status, partitionKey, partitionKey, units));
  }

  private static void assertFault(Finding finding, String part) {
    assertThat(finding.fault()).contains("t \"ü\" at http://127.0.0.1:").contains(part);
    assertThat(finding.unknown()).isNull();
  }

  private static void assertUnknown(Finding finding, String part) {
    assertThat(finding.fault()).isNull();
    assertThat(finding.unknown())
        .startsWith("The table t \"ü\" at http://127.0.0.1:")
        .contains("was not checked from here (")
        .contains(part)
        .endsWith("; the job checks it when it starts.");
  }

  @Test
  void aTableAsDeclaredIsNoWordWorth() {
    table("ACTIVE", "k\\n\\\"ä", 5);
    assertThat(ask()).isEqualTo(new Finding(null, null));
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void anotherKeyAndNoUnitsAreFaults() {
    table("ACTIVE", "other", 5);
    assertFault(ask(), "has the key other (N) + s (S)");
    table("ACTIVE", "k\\n\\\"ä", 0);
    assertFault(ask(), "has no write units");
  }

  @ParameterizedTest
  @CsvSource({
    "ResourceNotFoundException, does not exist: create it",
    "ValidationException, Correct its name or ARN",
  })
  void whatTheJobWouldMeetAsWellIsAFault(String code, String told) {
    server.refuse(400, code);
    assertFault(ask(), told);
  }

  @ParameterizedTest
  @CsvSource({
    "400, AccessDeniedException",
    "400, UnrecognizedClientException",
    "400, ExpiredTokenException",
    "400, ThrottlingException",
    "500, InternalServerError",
  })
  void whatIsOfThisProcessOrPassesIsNoFault(int status, String code) {
    server.refuse(status, code);
    assertUnknown(ask(), "");
    assertThat(server.asked).as("it asks once").hasSize(1);
  }

  @Test
  void withoutCredentialsNothingIsKnown() {
    AwsCredentialsProvider none =
        () -> {
          throw SdkClientException.create("Unable to load credentials");
        };
    assertUnknown(ask(none, Duration.ofSeconds(20)), "(no AWS credentials where Flink runs");
  }

  @Test
  void aTableThatIsBeingMadeIsLeftToTheJob() {
    table("CREATING", "other", 0);
    assertUnknown(ask(), "it is still being made");
  }

  @Test
  void aServerThatDoesNotAnswerIsNotWaitedForLong() {
    server.gate = new CountDownLatch(1);
    assertUnknown(ask(TableServer.CREDENTIALS, Duration.ofSeconds(1)), "no answer within 1 s");
  }

  @Test
  void nobodyAtTheEndpointIsNoFault() {
    SinkConfig nobody = TableServer.config(WriteMode.put(), server.port());
    server.close();
    try (TableClient client =
        new AwsTableClient(nobody, TableServer.CREDENTIALS, Duration.ofSeconds(15))) {
      assertUnknown(TableAtBuild.ask(client, nobody, Duration.ofSeconds(20)), "");
    }
  }
}
