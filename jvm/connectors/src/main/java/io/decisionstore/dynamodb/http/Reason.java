package io.decisionstore.dynamodb.http;

import io.decisionstore.dynamodb.Causes;
import java.net.UnknownHostException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** What a failure says of itself, in few words and without a full stop, as part of a sentence. */
public final class Reason {
  private Reason() {}

  /** What AWS says, without what the SDK says around it, or what else happened. */
  public static String of(Throwable failure) {
    AwsErrorDetails details = details(failure);
    if (details != null && !isBlank(details.errorMessage())) {
      return withoutStop(details.errorMessage());
    }
    if (details != null && !isBlank(details.errorCode())) {
      return details.errorCode();
    }
    if (failure instanceof UnknownHostException
        || Causes.has(failure, UnknownHostException.class)) {
      return "there is no such host";
    }
    if (isBlank(failure.getMessage())) {
      return failure.getClass().getSimpleName();
    }
    return failure.getMessage().startsWith("Unable to load credentials")
        ? "no AWS credentials where Flink runs (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role)"
        : withoutStop(failure.getMessage());
  }

  /** The same, after the code of AWS if it gave one. */
  public static String withCode(Throwable failure) {
    AwsErrorDetails details = details(failure);
    String reason = of(failure);
    return details == null || isBlank(details.errorCode()) || reason.equals(details.errorCode())
        ? reason
        : details.errorCode() + ": " + reason;
  }

  private static AwsErrorDetails details(Throwable failure) {
    return failure instanceof AwsServiceException refused ? refused.awsErrorDetails() : null;
  }

  private static boolean isBlank(String text) {
    return text == null || text.isBlank();
  }

  private static String withoutStop(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
