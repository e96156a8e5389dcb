package io.decisionstore.dynamodb.testing;

import java.math.BigDecimal;

/** What a table keeps under a key. Its monitor guards all of it. */
final class StoredItem {
  private final ItemKey key;

  /** Whether it is there; its fields say nothing otherwise. */
  boolean present;

  /** Its JSON; null when the table stores no items. */
  byte[] json;

  int size;
  BigDecimal version;
  int indexes;

  /** Writes of this key whose answers are still due. */
  int unanswered;

  StoredItem(ItemKey key) {
    this.key = key;
  }

  ItemKey key() {
    return key;
  }

  void remove() {
    present = false;
    json = null;
    version = null;
    size = 0;
    indexes = 0;
  }
}
