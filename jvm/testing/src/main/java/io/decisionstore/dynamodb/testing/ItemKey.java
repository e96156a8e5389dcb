package io.decisionstore.dynamodb.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * An item's key: the bytes of its partition key's text and of its sort key's. Numbers come in the
 * form in which equal ones are equal texts.
 */
final class ItemKey {
  private final byte[] partition;
  private final byte[] sort;
  private final int partitionHash;
  private final int hash;

  /**
   * @param sort null when the table has none
   */
  ItemKey(byte[] partition, byte[] sort) {
    this.partition = partition;
    this.sort = sort;
    CRC32 crc = new CRC32();
    crc.update(partition);
    this.partitionHash = (int) crc.getValue();
    if (sort != null) {
      crc.update(sort);
    }
    this.hash = (int) crc.getValue();
  }

  /** The partition it lies in: CRC-32 of the partition key's text in UTF-8, modulo their number. */
  int partitionOf(int partitions) {
    return (int) (Integer.toUnsignedLong(partitionHash) % partitions);
  }

  String partitionText() {
    return new String(partition, StandardCharsets.UTF_8);
  }

  /** Null when the table has none. */
  String sortText() {
    return sort == null ? null : new String(sort, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ItemKey key
        && hash == key.hash
        && Arrays.equals(partition, key.partition)
        && Arrays.equals(sort, key.sort);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
