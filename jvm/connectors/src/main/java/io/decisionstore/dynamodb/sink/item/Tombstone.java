package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.config.WriteMode.Kind;

/**
 * What stays of a deleted item where versions decide: its key and version, and a mark. Without it
 * an older row that comes late would bring the item back.
 */
final class Tombstone {
  private Tombstone() {}

  /** The mark: {@code "deleted":{"BOOL":true}}. */
  static byte[] member(String attribute) {
    JsonBuffer json = new JsonBuffer();
    json.raw(ValueWriter.member(attribute));
    json.raw("{\"BOOL\":true}");
    return json.copy();
  }

  /** Refuses a deletion that an older row could undo. */
  static void check(WriteMode mode) throws Unfit {
    if (mode.kind() == Kind.PUT_IF_NEWER && mode.tombstone() == null) {
      throw new Unfit(
          "the row deletes it, and an older row could bring it back: name a tombstone, put_if_newer(\"%s\", tombstone=\"deleted\")"
              .formatted(mode.versionField()));
    }
    if (mode.kind() == Kind.UPDATE && mode.comparesVersions()) {
      throw new Unfit(
          "the row deletes it, and an older row could bring it back: an update deletes only without a version");
    }
  }
}
