package io.decisionstore.operators.avro;

import org.apache.avro.SystemLimitException;

/**
 * How long a text, bytes or a collection of an event may say it is: a garbled length must not take
 * the heap before a byte is read.
 */
final class ReadLimits {
  /** An event is far smaller. */
  private static final String LONGEST = Integer.toString(16 << 20);

  static {
    // Avro reads these once, when its limits are first used.
    for (String limit :
        new String[] {"string.maxLength", "bytes.maxLength", "collectionItems.maxLength"}) {
      String property = "org.apache.avro.limits." + limit;
      System.setProperty(property, System.getProperty(property, LONGEST));
    }
  }

  private ReadLimits() {}

  /**
   * Sets the limits, for Avro's own decoders too; to be called before the first of them is made.
   */
  static void set() {}

  /** A text's length, when it is within the limits; else Avro's exception. */
  static int ofText(long length) {
    return SystemLimitException.checkMaxStringLength(length);
  }

  /** As {@link #ofText}, of bytes. */
  static int ofBytes(long length) {
    return SystemLimitException.checkMaxBytesLength(length);
  }

  /** The number of items of a collection after a block of more; else Avro's exception. */
  static int ofItems(long before, long more) {
    return SystemLimitException.checkMaxCollectionLength(before, more);
  }
}
