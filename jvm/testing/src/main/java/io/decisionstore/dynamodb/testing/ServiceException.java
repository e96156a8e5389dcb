package io.decisionstore.dynamodb.testing;

/** What DynamoDB or its Streams answer instead of a result. */
public final class ServiceException extends RuntimeException {
  private final String code;
  private final int status;
  private final String more;

  ServiceException(String code, int status, String message) {
    this(code, status, message, "");
  }

  /**
   * @param more fields of the answer beside type and message: JSON that begins with a comma, or ""
   */
  ServiceException(String code, int status, String message, String more) {
    super(message);
    this.code = code;
    this.status = status;
    this.more = more;
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

  String more() {
    return more;
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
