package io.decisionstore.dynamodb.testing;

/** Why a write was refused, as AWS calls it. */
enum Throttle {
  TABLE(
      "TableWriteProvisionedThroughputExceeded",
      "The level of configured provisioned throughput for the table was exceeded. Consider"
          + " increasing your provisioning level with the UpdateTable API."),
  INDEX(
      "IndexWriteProvisionedThroughputExceeded",
      "The level of configured provisioned throughput for one or more global secondary indexes of"
          + " the table was exceeded. Consider increasing your provisioning level for the"
          + " under-provisioned global secondary indexes with the UpdateTable API"),
  PARTITION(
      "TableWriteKeyRangeThroughputExceeded",
      "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically"
          + " scaling your table or index so please try again shortly. If exceptions persist, check"
          + " if you have a hot key."),
  MAXIMUM(
      "TableWriteMaxOnDemandThroughputExceeded",
      "Throughput exceeds the maximum OnDemandThroughput configured on table or index.");

  private final String reason;
  private final String message;

  Throttle(String reason, String message) {
    this.reason = reason;
    this.message = message;
  }

  /**
   * The exception for a request of which nothing was taken.
   *
   * @param resource the ARN of the table or index
   */
  ServiceException exception(boolean provisioned, String resource) {
    // The one model has the list in a capital, the other not.
    String code = provisioned ? "ProvisionedThroughputExceededException" : "ThrottlingException";
    String field = provisioned ? "ThrottlingReasons" : "throttlingReasons";
    String more =
        ",\"" + field + "\":[{\"reason\":\"" + reason + "\",\"resource\":\"" + resource + "\"}]";
    return new ServiceException(code, 400, message, more);
  }
}
