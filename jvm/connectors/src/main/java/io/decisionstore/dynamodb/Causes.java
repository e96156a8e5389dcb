package io.decisionstore.dynamodb;

/** Looks behind the exceptions that the AWS SDK wraps around others. */
public final class Causes {
  private Causes() {}

  /** Whether a failure was caused, at any depth, by one of a type. */
  public static boolean has(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
