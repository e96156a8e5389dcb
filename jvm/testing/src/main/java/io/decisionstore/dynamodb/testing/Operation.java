package io.decisionstore.dynamodb.testing;

/** The operations, named as on the wire. */
public enum Operation {
  LIST_STREAMS("ListStreams"),
  DESCRIBE_STREAM("DescribeStream"),
  GET_SHARD_ITERATOR("GetShardIterator"),
  GET_RECORDS("GetRecords"),
  /** Of DynamoDB itself: how a table's newest stream is found by most clients. */
  DESCRIBE_TABLE("DescribeTable");

  private final String wireName;

  Operation(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  static Operation named(String wireName) {
    for (Operation operation : values()) {
      if (operation.wireName.equals(wireName)) {
        return operation;
      }
    }
    throw new IllegalArgumentException("There is no operation \"" + wireName + "\".");
  }
}
