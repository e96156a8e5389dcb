package io.decisionstore.dynamodb.sink.item;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * A write of one item, as far as it does not depend on the request it goes in. Values are DynamoDB
 * JSON in UTF-8, made once, when the row comes.
 */
public sealed interface ItemWrite {
  /** What DynamoDB takes as one item. */
  int SIZE_LIMIT = 400 * 1024;

  ItemKey key();

  /** What the table's is compared with; 0 where the last write wins. */
  long version();

  /**
   * Bytes of the item as DynamoDB counts them, at the least: it counts a number's digits in a way
   * it calls approximate. An update's are those of what it writes.
   */
  int size();

  /** Write units of the item, before indexes. */
  default int writeUnits() {
    return Math.max(1, (size() + 1023) / 1024);
  }

  /**
   * Replaces the item.
   *
   * @param item all attributes, the key among them: {@code {"id":{"S":"a"},"n":{"N":"1"}}}
   */
  record Put(ItemKey key, long version, int size, byte[] item) implements ItemWrite {}

  /** Deletes the item. */
  record Delete(ItemKey key) implements ItemWrite {
    @Override
    public long version() {
      return 0;
    }

    @Override
    public int size() {
      return key.partition().text().length()
          + (key.sort() == null ? 0 : key.sort().text().length());
    }
  }

  /**
   * Changes single attributes.
   *
   * @param set what attributes become: {@code {"S":"a"}}; the version is among them
   * @param add what is added to them
   */
  record Update(
      ItemKey key, long version, int size, Map<String, byte[]> set, Map<String, Addend> add)
      implements ItemWrite {}

  /** Something to add. */
  sealed interface Addend {}

  /** To a number. */
  record NumberAddend(BigDecimal number) implements Addend {}

  /**
   * To a set.
   *
   * @param type SS, NS or BS
   * @param elements as in DynamoDB JSON: texts, plain decimals, base64; each once
   */
  record SetAddend(String type, List<String> elements) implements Addend {}
}
