package io.decisionstore.dynamodb.sink.item;

/** What every item must have, and how large it may be. */
final class KeyRules {
  /** Bytes of a partition key. */
  static final int PARTITION_BYTES = 2048;

  /** Bytes of a sort key. */
  static final int SORT_BYTES = 1024;

  private KeyRules() {}

  static void checkPresent(Object keyValue) throws Unfit {
    if (keyValue == null) {
      throw new Unfit("is missing, and it is part of the key");
    }
  }

  static void checkSize(char type, int size, int limit) throws Unfit {
    if (type == 'N') {
      return;
    }
    if (size == 0) {
      throw new Unfit("is empty, and it is part of the key: DynamoDB takes no empty keys");
    }
    if (size > limit) {
      throw new Unfit(
          "has %d bytes, and it is part of the key: DynamoDB takes up to %d"
              .formatted(size, limit));
    }
  }

  static void checkItemSize(int size) throws Unfit {
    if (size > ItemWrite.SIZE_LIMIT) {
      throw new Unfit(
          "it has %d KB, and DynamoDB takes up to 400: keep large values elsewhere"
              .formatted((size + 1023) / 1024));
    }
  }

  static Unfit noVersion(String field) {
    return new Unfit("it has no version: %s must be set in every row".formatted(field));
  }
}
