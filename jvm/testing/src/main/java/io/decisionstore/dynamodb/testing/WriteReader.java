package io.decisionstore.dynamodb.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Understands a BatchWriteItem, in one pass over its body. */
final class WriteReader {
  private static final int MOST_WRITES = 25;
  private static final int MOST_BYTES = 16 * 1024 * 1024;

  private final ScriptedTables tables;
  private final byte[] body;
  private final JsonCursor cursor;
  private final List<Write> writes = new ArrayList<>(MOST_WRITES);
  private String consumed = "NONE";
  private WriteTable first;

  WriteReader(ScriptedTables tables, byte[] body) {
    this.tables = tables;
    this.body = body;
    this.cursor = new JsonCursor(body);
  }

  /** The first table that was spoken of; null when none was. */
  WriteTable table() {
    return first;
  }

  /** The call. */
  WriteCall batch() {
    if (body.length > MOST_BYTES) {
      throw ServiceException.invalid("The size of the request exceeds the 16 MB of a batch");
    }
    cursor.take('{');
    if (!cursor.takes('}')) {
      do {
        String name = cursor.nextText();
        cursor.take(':');
        switch (name) {
          case "RequestItems" -> requestItems();
          case "ReturnConsumedCapacity" -> consumed = cursor.nextText();
          default -> cursor.skip();
        }
      } while (cursor.takes(','));
      cursor.take('}');
    }
    if (writes.isEmpty()) {
      throw ServiceException.invalid(
          "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Map"
              + " value must satisfy constraint: [Member must have length less than or equal to 25,"
              + " Member must have length greater than or equal to 1]");
    }
    return new WriteCall(Operation.BATCH_WRITE_ITEM, writes, consumed, "NONE", false);
  }

  private void requestItems() {
    cursor.take('{');
    if (cursor.takes('}')) {
      return;
    }
    do {
      WriteTable table = tables.asked(cursor.nextText());
      first = first == null ? table : first;
      Set<ItemKey> keys = new HashSet<>(2 * MOST_WRITES);
      cursor.take(':');
      cursor.take('[');
      if (!cursor.takes(']')) {
        do {
          Write write = write(table);
          if (!keys.add(write.key())) {
            throw ServiceException.invalid("Provided list of item keys contains duplicates");
          }
          writes.add(write);
          if (writes.size() > MOST_WRITES) {
            throw ServiceException.invalid("Too many items requested for the BatchWriteItem call");
          }
        } while (cursor.takes(','));
        cursor.take(']');
      }
    } while (cursor.takes(','));
    cursor.take('}');
  }

  private Write write(WriteTable table) {
    int from = cursor.position();
    cursor.take('{');
    boolean puts = cursor.nextText().equals("PutRequest");
    cursor.take(':');
    cursor.take('{');
    String member = cursor.nextText();
    cursor.take(':');
    if (!member.equals(puts ? "Item" : "Key")) {
      throw JsonCursor.malformed();
    }
    ItemScan item = new ItemScan(table.schema(), cursor);
    ItemKey key = puts ? item.keyOfItem() : item.keyAlone();
    WriteTable.checkedSize(item, false);
    table.check(key, item);
    cursor.take('}');
    cursor.take('}');
    return new Write(table, key, puts ? item : null, null, null, null, from, cursor.end());
  }
}
