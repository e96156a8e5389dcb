package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Understands the operations on one item: PutItem, UpdateItem, DeleteItem, GetItem. */
final class ItemReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> UNDERSTOOD =
      Set.of(
          "TableName",
          "Item",
          "Key",
          "ConditionExpression",
          "UpdateExpression",
          "ExpressionAttributeNames",
          "ExpressionAttributeValues",
          "ReturnConsumedCapacity",
          "ReturnItemCollectionMetrics",
          "ReturnValues",
          "ReturnValuesOnConditionCheckFailure",
          "ConsistentRead");

  private final ScriptedTables tables;
  private final byte[] body;
  private final Map<String, Integer> positions = new HashMap<>();
  private WriteTable table;

  ItemReader(ScriptedTables tables, byte[] body) {
    this.tables = tables;
    this.body = body;
  }

  /** The table that was spoken of; null before {@link #open}. */
  WriteTable table() {
    return table;
  }

  /** Finds the request's members, and its table. */
  void open() {
    JsonCursor cursor = new JsonCursor(body);
    cursor.take('{');
    if (!cursor.takes('}')) {
      do {
        String name = cursor.nextText();
        cursor.take(':');
        if (!UNDERSTOOD.contains(name)) {
          throw ServiceException.invalid("The scripted table does not understand " + name);
        }
        if (cursor.peek() != 'n') {
          positions.put(name, cursor.position());
        }
        cursor.skip();
      } while (cursor.takes(','));
      cursor.take('}');
    }
    table = tables.asked(text("TableName", null));
  }

  WriteCall write(Operation operation) {
    boolean puts = operation == Operation.PUT_ITEM;
    ItemScan item = item(puts ? "Item" : "Key");
    ItemKey key = puts ? item.keyOfItem() : item.keyAlone();
    WriteTable.checkedSize(item, false);
    table.check(key, item);
    Placeholders placeholders =
        new Placeholders(tree("ExpressionAttributeNames"), tree("ExpressionAttributeValues"));
    String expression = text("ConditionExpression", null);
    Condition condition = expression == null ? null : Condition.parse(expression, placeholders);
    String update = text("UpdateExpression", null);
    UpdateExpression parsed =
        update == null ? null : UpdateExpression.parse(update, placeholders, table.schema());
    placeholders.allAreUsed();
    if ((parsed != null || operation == Operation.UPDATE_ITEM)
        && (parsed == null || operation != Operation.UPDATE_ITEM)) {
      throw ServiceException.invalid(
          "The scripted table updates by the UpdateExpression of an UpdateItem only");
    }
    byte[] keyJson = puts ? null : Arrays.copyOfRange(body, item.from(), item.to());
    Write write =
        new Write(
            table, key, puts ? item : null, parsed, keyJson, condition, item.from(), item.to());
    return new WriteCall(
        operation, List.of(write), consumed(), returns(operation), returnsOnFailure());
  }

  ItemKey keyToGet() {
    return item("Key").keyAlone();
  }

  boolean isConsistent() {
    Integer at = positions.get("ConsistentRead");
    return at != null && new JsonCursor(body, at).literal().equals("true");
  }

  String consumed() {
    return text("ReturnConsumedCapacity", "NONE");
  }

  private String returns(Operation operation) {
    String asked = text("ReturnValues", "NONE");
    boolean understood =
        asked.equals("NONE")
            || asked.equals("ALL_OLD")
            || (asked.equals("ALL_NEW") && operation == Operation.UPDATE_ITEM);
    if (!understood || (!asked.equals("NONE") && !table.storesItems())) {
      throw ServiceException.invalid("The scripted table cannot return values as " + asked);
    }
    return asked;
  }

  private boolean returnsOnFailure() {
    return text("ReturnValuesOnConditionCheckFailure", "NONE").equals("ALL_OLD");
  }

  private ItemScan item(String member) {
    Integer at = positions.get(member);
    if (at == null) {
      throw ServiceException.invalid(
          "1 validation error detected: Value null at '"
              + Character.toLowerCase(member.charAt(0))
              + member.substring(1)
              + "' failed to satisfy constraint: Member must not be null");
    }
    return new ItemScan(table.schema(), new JsonCursor(body, at));
  }

  private String text(String member, String otherwise) {
    Integer at = positions.get(member);
    return at == null ? otherwise : new JsonCursor(body, at).nextText();
  }

  private JsonNode tree(String member) {
    Integer from = positions.get(member);
    if (from == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    JsonCursor cursor = new JsonCursor(body, from);
    cursor.skip();
    try {
      return JSON.readTree(body, from, cursor.end() - from);
    } catch (com.fasterxml.jackson.core.JsonProcessingException malformed) {
      throw JsonCursor.malformed();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
