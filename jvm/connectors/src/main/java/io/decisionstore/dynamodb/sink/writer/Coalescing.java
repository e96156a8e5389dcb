package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.item.ItemWrite;

/** Makes one write of two of the same key. */
@FunctionalInterface
interface Coalescing {
  /**
   * The write that has the effect of both.
   *
   * @return null if both must go, one after the other
   */
  ItemWrite merge(ItemWrite earlier, ItemWrite later);
}
