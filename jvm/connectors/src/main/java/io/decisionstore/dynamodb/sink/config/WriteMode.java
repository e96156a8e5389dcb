package io.decisionstore.dynamodb.sink.config;

import java.io.Serializable;

/**
 * What a row does to its item.
 *
 * @param kind which operation
 * @param versionField the row field whose higher value wins (PUT_IF_NEWER, and UPDATE if wanted);
 *     null: the last write wins
 * @param tombstone PUT_IF_NEWER: the boolean attribute that marks an item as deleted, which stays
 *     so that an older row does not bring it back; null: a deleting row is rejected
 */
public record WriteMode(Kind kind, String versionField, String tombstone) implements Serializable {

  /** The operations. */
  public enum Kind {
    /** Replaces the item: BatchWriteItem. */
    PUT,
    /** Replaces the item if the row's version is higher: PutItem with a condition. */
    PUT_IF_NEWER,
    /** Sets and adds single attributes: UpdateItem. */
    UPDATE,
    /** Deletes the item whatever the row's kind: BatchWriteItem. */
    DELETE
  }

  /** {@link Kind#PUT}. */
  public static WriteMode put() {
    return new WriteMode(Kind.PUT, null, null);
  }

  /** {@link Kind#PUT_IF_NEWER}. */
  public static WriteMode putIfNewer(String versionField, String tombstone) {
    return new WriteMode(Kind.PUT_IF_NEWER, versionField, tombstone);
  }

  /** {@link Kind#UPDATE}; the version may be null. */
  public static WriteMode update(String versionField) {
    return new WriteMode(Kind.UPDATE, versionField, null);
  }

  /** {@link Kind#DELETE}. */
  public static WriteMode delete() {
    return new WriteMode(Kind.DELETE, null, null);
  }

  /** Whether several items go in one request. */
  public boolean batches() {
    return kind == Kind.PUT || kind == Kind.DELETE;
  }

  /** Whether a write is conditional on a higher version. */
  public boolean comparesVersions() {
    return versionField != null;
  }

  /**
   * Whether writes may come in any order, from any subtask, any number of times. Then a checkpoint
   * may hold what is not written yet; else it would, restored with another parallelism, be written
   * by another subtask than the later writes of its key, and after them.
   */
  public boolean isIndifferentToOrder() {
    return kind == Kind.PUT_IF_NEWER;
  }
}
