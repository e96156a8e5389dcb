package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.Causes;
import io.decisionstore.dynamodb.http.Reason;
import io.decisionstore.dynamodb.http.SignedRequests.Body;
import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Tells what failures mean. */
final class Refusals {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> PASSING =
      Set.of(
          "TransactionConflictException",
          "ReplicatedWriteConflictException",
          "RequestTimeout",
          "RequestTimeoutException");

  private static final Set<String> CONTENT =
      Set.of(
          "ValidationException",
          "SerializationException",
          "RequestEntityTooLarge",
          "ItemCollectionSizeLimitExceededException");

  private static final Set<String> EXPIRED = Set.of("ExpiredTokenException", "ExpiredToken");

  private final SinkConfig config;

  Refusals(SinkConfig config) {
    this.config = config;
  }

  /**
   * What a failure means.
   *
   * @param operation as DynamoDB calls it
   */
  Refusal of(String operation, Throwable failure) {
    Kind kind = kind(failure);
    String reason =
        switch (kind) {
          case FORBIDDEN -> forbidden(operation, failure);
          case FATAL -> fatal(failure);
          default -> Reason.of(failure);
        };
    return new Refusal(kind, reason, failure);
  }

  /** AWS's code of a refusal, or an empty text. */
  static String code(Throwable failure) {
    return failure instanceof AwsServiceException refused
            && refused.awsErrorDetails() != null
            && refused.awsErrorDetails().errorCode() != null
        ? refused.awsErrorDetails().errorCode()
        : "";
  }

  /** What DynamoDB sent with a refusal. */
  static Body body(AwsServiceException refused) {
    SdkBytes sent = refused.awsErrorDetails().rawResponse();
    byte[] bytes = sent == null ? new byte[0] : sent.asByteArrayUnsafe();
    return new Body(bytes, bytes.length);
  }

  private static Kind kind(Throwable failure) {
    if (failure instanceof AwsServiceException refused) {
      return kindOfRefusal(refused);
    }
    if (failure instanceof NoCredentials missing) {
      return missing.passes() ? Kind.UNAVAILABLE : Kind.FATAL;
    }
    boolean passes =
        failure instanceof IOException
            || failure instanceof SdkClientException
                && (Causes.has(failure, IOException.class)
                    || Causes.has(failure, TimeoutException.class));
    return passes ? Kind.UNAVAILABLE : Kind.FATAL;
  }

  private static Kind kindOfRefusal(AwsServiceException refused) {
    String code = code(refused);
    if (refused.isThrottlingException()) {
      return throttling(refused);
    }
    // Clocks are corrected by the server's answer, so the next request is in time.
    if (refused.statusCode() >= 500 || PASSING.contains(code) || refused.isClockSkewException()) {
      return Kind.UNAVAILABLE;
    }
    if (EXPIRED.contains(code)) {
      return canBeRenewed() ? Kind.UNAVAILABLE : Kind.FATAL;
    }
    if (code.equals("AccessDeniedException")) {
      return Kind.FORBIDDEN;
    }
    return refused.statusCode() == 413 || CONTENT.contains(code) ? Kind.REJECTED : Kind.FATAL;
  }

  /**
   * Whether the credentials chain may come up with a new session token. Roles and containers' are
   * renewed before they expire (one that did expire met an outage of their service, or a clock that
   * is slow), and a profile's file is read again when it changes; but a token in this process's
   * environment or properties comes first in the chain, and stays as it is.
   */
  private static boolean canBeRenewed() {
    return SdkSystemSetting.AWS_SESSION_TOKEN.getStringValue().isEmpty();
  }

  /** By the reasons that DynamoDB has told since August 2025. */
  private static Kind throttling(AwsServiceException refused) {
    JsonNode reasons = reasons(refused);
    if (reasons.isEmpty()) {
      return Kind.THROTTLED;
    }
    for (JsonNode each : reasons) {
      // TableWriteKeyRangeThroughputExceeded, IndexWriteKeyRangeThroughputExceeded
      if (!each.path("reason").asText().contains("KeyRange")) {
        return Kind.TABLE_THROTTLED;
      }
    }
    return Kind.PARTITION_THROTTLED;
  }

  private static JsonNode reasons(AwsServiceException refused) {
    try {
      JsonNode error = JSON.readTree(body(refused).bytes());
      JsonNode reasons = error.path("ThrottlingReasons");
      return reasons.isMissingNode() ? error.path("throttlingReasons") : reasons;
    } catch (IOException noJson) {
      return JSON.missingNode();
    }
  }

  private String forbidden(String operation, Throwable failure) {
    return "The sink may not %s the table %s: allow dynamodb:%s to the job's role (%s)."
        .formatted(
            operation.equals("DescribeTable") ? "describe" : "write to",
            config.where(),
            operation,
            Reason.of(failure));
  }

  private String fatal(Throwable failure) {
    String code = code(failure);
    if (code.equals("ResourceNotFoundException")) {
      return "The table %s does not exist: create it, or correct the table's name, the region or the endpoint."
          .formatted(config.where());
    }
    if (EXPIRED.contains(code)) {
      return "The table %s cannot be written: the session token in AWS_SESSION_TOKEN has expired. Start Flink with a new one, or with a role, which renews itself."
          .formatted(config.where());
    }
    return "The table %s cannot be written: %s. Check the name, the endpoint and the credentials."
        .formatted(config.where(), Reason.of(failure));
  }
}
