package io.decisionstore.dynamodb.testing;

/** The operations, named as on the wire. */
public enum Operation {
  LIST_STREAMS("ListStreams", true),
  DESCRIBE_STREAM("DescribeStream", true),
  GET_SHARD_ITERATOR("GetShardIterator", true),
  GET_RECORDS("GetRecords", true),
  /** Of DynamoDB itself: how a table's newest stream is found by most clients. */
  DESCRIBE_TABLE("DescribeTable", true),
  BATCH_WRITE_ITEM("BatchWriteItem", false),
  PUT_ITEM("PutItem", false),
  UPDATE_ITEM("UpdateItem", false),
  DELETE_ITEM("DeleteItem", false),
  GET_ITEM("GetItem", false);

  private final String wireName;
  private final boolean ofReaders;

  Operation(String wireName, boolean ofReaders) {
    this.wireName = wireName;
    this.ofReaders = ofReaders;
  }

  /** Whether readers of streams ask it. */
  boolean isOfReaders() {
    return ofReaders;
  }

  /** Whether it is asked of a table that is written to. */
  boolean isOfTables() {
    return !ofReaders || this == DESCRIBE_TABLE;
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
