package io.decisionstore.dynamodb.testing;

/** What DynamoDB Streams answers instead of a result. */
public final class ServiceException extends RuntimeException {
  private final String code;
  private final int status;

  ServiceException(String code, int status, String message) {
    super(message);
    this.code = code;
    this.status = status;
  }

  static ServiceException invalid(String message) {
    return new ServiceException("ValidationException", 400, message);
  }

  static ServiceException notFound(String message) {
    return new ServiceException("ResourceNotFoundException", 400, message);
  }

  static ServiceException trimmed() {
    return FaultKind.TRIMMED.exception();
  }

  static ServiceException expired() {
    return FaultKind.EXPIRED_ITERATOR.exception();
  }

  /** The error's name as AWS has it, such as ExpiredIteratorException. */
  public String code() {
    return code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** Whether the shape belongs to DynamoDB's own model; the others come from AWS's front door. */
  String type() {
    return switch (code) {
      case "ValidationException",
          "ThrottlingException",
          "ServiceUnavailable",
          "AccessDeniedException",
          "UnrecognizedClientException",
          "UnknownOperationException",
          "SerializationException" ->
          "com.amazon.coral.service#" + code;
      default -> "com.amazonaws.dynamodb.v20120810#" + code;
    };
  }
}
