package io.decisionstore.dynamodb.sink.item;

/** A row that can never be written; the message is a short sentence without a full stop. */
public final class UnwritableRowException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ItemKey key;

  /**
   * One for this reason.
   *
   * @param key of its item, or null if the row has none
   */
  public UnwritableRowException(String reason, ItemKey key) {
    // Without a stack trace: where rows are the fault there may be many.
    super(reason, null, false, false);
    this.key = key;
  }

  /** Of the item; null if the row has none. */
  public ItemKey key() {
    return key;
  }
}
