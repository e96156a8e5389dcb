package io.decisionstore.dynamodb.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StartPosition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

@Timeout(60)
class AwsStreamsClientTest {
  private static final String STREAM = "arn:aws:dynamodb:eu-west-1:0:table/t/stream/1";

  private static AwsStreamsClient client(String endpoint) {
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
    Duration wait = Duration.ofMillis(1);
    return new AwsStreamsClient(
        new SourceConfig(
            STREAM,
            "eu-west-1",
            endpoint,
            StartPosition.TRIM_HORIZON,
            List.of(),
            wait,
            wait,
            wait,
            true));
  }

  private static String portNobodyListensOn() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void aRefusedConnectionPasses() throws IOException {
    try (AwsStreamsClient client = client(portNobodyListensOn())) {
      Throwable failure = catchThrowable(() -> client.read("iterator"));
      assertThat(failure).isInstanceOf(SdkClientException.class);
      assertThat(client.isTransient(failure)).isTrue();
    }
  }

  @Test
  void missingCredentialsDoNotPass() throws IOException {
    try (AwsStreamsClient client = client(portNobodyListensOn())) {
      Throwable failure = SdkClientException.create("Unable to load credentials from any provider");
      assertThat(client.isTransient(failure)).isFalse();
    }
  }

  @Test
  void anAnswerWithoutAnErrorCodeIsJudgedByItsStatus() throws IOException {
    try (AwsStreamsClient client = client(portNobodyListensOn())) {
      AwsErrorDetails details = AwsErrorDetails.builder().errorMessage("a proxy's page").build();
      assertThat(
              client.isTransient(
                  DynamoDbException.builder().statusCode(403).awsErrorDetails(details).build()))
          .isFalse();
      assertThat(
              client.isTransient(
                  DynamoDbException.builder().statusCode(502).awsErrorDetails(details).build()))
          .isTrue();
    }
  }
}
