package io.decisionstore.dynamodb.http;

import io.decisionstore.dynamodb.http.SignedRequests.Body;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** What DynamoDB, or something before it, says when it refuses a request. */
final class ErrorBody {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ErrorBody() {}

  /**
   * The refusal, with the body in its details; without a code its message tells the status.
   *
   * @param clockSkew by which the request's signature was corrected
   */
  static AwsServiceException read(SdkHttpResponse head, Body body, Duration clockSkew) {
    String code = "";
    String message = "";
    try {
      JsonNode error = JSON.readTree(body.bytes(), 0, body.length());
      String type = error.path("__type").asText("");
      code = type.substring(type.indexOf('#') + 1);
      message = error.path("message").asText(error.path("Message").asText(""));
    } catch (IOException noJson) {
      // A proxy's page, say: then the status must do.
    }
    if (message.isEmpty()) {
      message = code.isEmpty() ? "HTTP status " + head.statusCode() : code;
    }
    return DynamoDbException.builder()
        .statusCode(head.statusCode())
        .requestId(head.firstMatchingHeader("x-amzn-RequestId").orElse(null))
        .clockSkew(clockSkew.negated())
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .serviceName("DynamoDb")
                .errorCode(code)
                .errorMessage(message)
                .sdkHttpResponse(head)
                .rawResponse(
                    SdkBytes.fromByteArrayUnsafe(Arrays.copyOf(body.bytes(), body.length())))
                .build())
        .build();
  }
}
