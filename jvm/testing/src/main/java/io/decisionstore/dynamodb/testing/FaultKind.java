package io.decisionstore.dynamodb.testing;

import java.util.Locale;

/** What can go wrong on purpose. */
public enum FaultKind {
  /** The table's or shard's throughput is exceeded. */
  THROTTLED(
      "ProvisionedThroughputExceededException",
      400,
      "The level of configured provisioned throughput for the table or shard was exceeded."),
  /** Too many calls of a control operation, or too many readers. */
  LIMIT_EXCEEDED("LimitExceededException", 400, "Rate exceeded."),
  /** The account's rate of requests is exceeded. */
  THROTTLING("ThrottlingException", 400, "Rate of requests exceeds the allowed throughput."),
  INTERNAL_ERROR("InternalServerError", 500, "Internal server error."),
  /** The account's rate of throughput is exceeded. */
  REQUEST_LIMIT(
      "RequestLimitExceeded",
      400,
      "Throughput exceeds the current throughput limit for your account."),
  /** Writes: another request is at the item, such as a transaction. */
  CONFLICT("TransactionConflictException", 400, "Transaction is ongoing for the item"),
  UNAVAILABLE("ServiceUnavailable", 503, "Service is temporarily unavailable."),
  EXPIRED_ITERATOR(
      "ExpiredIteratorException", 400, "Iterator expired: it is older than 15 minutes."),
  TRIMMED(
      "TrimmedDataAccessException",
      400,
      "The requested data is beyond the trim horizon: records are kept for 24 hours."),
  NOT_FOUND("ResourceNotFoundException", 400, "Requested resource not found."),
  ACCESS_DENIED("AccessDeniedException", 400, "User is not authorized to perform this operation."),
  UNRECOGNIZED_CLIENT(
      "UnrecognizedClientException", 400, "The security token included in the request is invalid."),
  /** GetRecords: no records and an iterator to the same place, though there are records. */
  EMPTY_PAGE,
  /**
   * DescribeStream: the listing leaves the shard out; every call without a shard leaves out the
   * newest.
   */
  MISSING_SHARD,
  /** The connection is reset before the first byte of the answer; the operation was carried out. */
  CUT_BEFORE,
  /** Writes: the connection is reset, and nothing was carried out. */
  CUT_UNWRITTEN,
  /** The connection is reset in the middle of the answer's body; the operation was carried out. */
  CUT_IN_BODY,
  /** The answer's body has the right length and CRC but is no JSON. */
  GARBAGE;

  private final String code;
  private final int status;
  private final String message;

  FaultKind() {
    this(null, 0, null);
  }

  FaultKind(String code, int status, String message) {
    this.code = code;
    this.status = status;
    this.message = message;
  }

  boolean isError() {
    return code != null;
  }

  /** Whether the caller does not get what the operation gave. */
  boolean isOfTransport() {
    return this == CUT_BEFORE || this == CUT_IN_BODY || this == GARBAGE;
  }

  /** Whether it can strike this operation. */
  boolean fits(Operation operation) {
    return switch (this) {
      case EXPIRED_ITERATOR, TRIMMED, EMPTY_PAGE, MISSING_SHARD -> operation.isOfReaders();
      case CUT_UNWRITTEN, CONFLICT -> !operation.isOfReaders();
      default -> true;
    };
  }

  ServiceException exception() {
    return new ServiceException(code, status, message);
  }

  static FaultKind named(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException("There is no fault \"" + name + "\".");
    }
  }
}
