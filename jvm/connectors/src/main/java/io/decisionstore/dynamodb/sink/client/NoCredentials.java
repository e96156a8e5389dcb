package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.Causes;
import io.decisionstore.dynamodb.http.Reason;
import java.io.IOException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Nothing can be signed: no fault of the table, whatever the service of credentials says. */
final class NoCredentials extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passes;

  private NoCredentials(RuntimeException cause, boolean passes) {
    super(Reason.of(cause), cause);
    this.passes = passes;
  }

  /** Whether asking again may help. */
  boolean passes() {
    return passes;
  }

  /** Credentials that tell by this exception when there are none. */
  static AwsCredentialsProvider orThrow(AwsCredentialsProvider credentials) {
    return new AwsCredentialsProvider() {
      private volatile boolean hadSome;

      @Override
      public AwsCredentials resolveCredentials() {
        try {
          AwsCredentials found = credentials.resolveCredentials();
          hadSome = true;
          return found;
        } catch (RuntimeException failure) {
          throw new NoCredentials(failure, hadSome || isPassing(failure));
        }
      }
    };
  }

  private static boolean isPassing(RuntimeException failure) {
    return failure instanceof AwsServiceException refused
        ? refused.isThrottlingException() || refused.statusCode() >= 500
        : Causes.has(failure, IOException.class);
  }
}
