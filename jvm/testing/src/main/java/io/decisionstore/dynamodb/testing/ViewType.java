package io.decisionstore.dynamodb.testing;

/** Which images a stream's records carry. */
public enum ViewType {
  KEYS_ONLY,
  NEW_IMAGE,
  OLD_IMAGE,
  NEW_AND_OLD_IMAGES;

  boolean hasNew() {
    return this == NEW_IMAGE || this == NEW_AND_OLD_IMAGES;
  }

  boolean hasOld() {
    return this == OLD_IMAGE || this == NEW_AND_OLD_IMAGES;
  }
}
