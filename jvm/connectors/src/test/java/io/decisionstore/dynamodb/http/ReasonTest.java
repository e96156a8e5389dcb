package io.decisionstore.dynamodb.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** What sentences say of a failure. */
class ReasonTest {
  private static AwsServiceException refused(String code, String message) {
    AwsErrorDetails details =
        AwsErrorDetails.builder().errorCode(code).errorMessage(message).build();
    return (AwsServiceException) DynamoDbException.builder().awsErrorDetails(details).build();
  }

  @Test
  void awsSpeaksForItself() {
    AwsServiceException refused = refused("AccessDeniedException", "You may not.");
    assertThat(Reason.of(refused)).isEqualTo("You may not");
    assertThat(Reason.withCode(refused)).isEqualTo("AccessDeniedException: You may not");
  }

  @Test
  void aRefusalWithoutACodeOrAMessageIsToldByWhatThereIs() {
    assertThat(Reason.withCode(refused("", "HTTP status 502"))).isEqualTo("HTTP status 502");
    assertThat(Reason.withCode(refused(null, "HTTP status 502"))).isEqualTo("HTTP status 502");
    assertThat(Reason.withCode(refused("Throttled", null))).isEqualTo("Throttled");
    assertThat(Reason.withCode(refused("Throttled", "Throttled"))).isEqualTo("Throttled");
  }

  @Test
  void whatHappenedHereIsTold() {
    assertThat(Reason.of(new IOException("cut."))).isEqualTo("cut");
    assertThat(Reason.of(new IOException())).isEqualTo("IOException");
    assertThat(Reason.of(new UnknownHostException("x"))).isEqualTo("there is no such host");
    assertThat(Reason.of(SdkClientException.create("x", new UnknownHostException("x"))))
        .isEqualTo("there is no such host");
    assertThat(Reason.of(SdkClientException.create("Unable to load credentials from any.")))
        .startsWith("no AWS credentials where Flink runs");
  }
}
