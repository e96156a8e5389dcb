package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.Addends;
import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Addend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Delete;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Put;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Update;
import io.decisionstore.dynamodb.sink.item.JsonBuffer;
import io.decisionstore.dynamodb.sink.item.KeyJson;
import java.util.List;
import java.util.Map;

/**
 * Requests as DynamoDB's JSON. An item's attributes are JSON already, so that a batch is little
 * more than their bytes in a row.
 */
final class RequestBodies {
  static final String BATCH = "BatchWriteItem";

  /** An item's part of a batch, beside the item. */
  private static final int AROUND_AN_ITEM = 64;

  private static final int AROUND_A_REQUEST = 512;

  /** True as well for an item that is not there, and for one without a version. */
  private static final String IF_NEWER =
      ",\"ConditionExpression\":\"attribute_not_exists(#version) OR #version < :version\"";

  private final SinkConfig config;
  private final byte[] table;
  private final KeyJson keys;
  private final byte[] version;

  RequestBodies(SinkConfig config) {
    this.config = config;
    this.table = JsonBuffer.quoted(config.table());
    this.keys = new KeyJson(config);
    this.version =
        config.mode().comparesVersions() ? JsonBuffer.quoted(config.versionAttribute()) : null;
  }

  /** What DynamoDB calls the operation that does these writes. */
  String operation(List<ItemWrite> writes) {
    if (config.mode().batches()) {
      return BATCH;
    }
    ItemWrite only = writes.get(0);
    return only instanceof Put ? "PutItem" : only instanceof Update ? "UpdateItem" : "DeleteItem";
  }

  /**
   * The body of a request that writes.
   *
   * @param byIndex whether DynamoDB is to tell what each index costs
   */
  byte[] write(List<ItemWrite> writes, boolean byIndex) {
    JsonBuffer body;
    if (config.mode().batches()) {
      body = batch(writes);
    } else if (writes.size() != 1) {
      throw new IllegalStateException(
          "%s takes one item a request, not %d.".formatted(config.mode().kind(), writes.size()));
    } else {
      body = single(writes.get(0));
    }
    return body.raw(",\"ReturnConsumedCapacity\":")
        .raw(byIndex ? "\"INDEXES\"}" : "\"TOTAL\"}")
        .copy();
  }

  /** The body of DescribeTable. */
  byte[] describe() {
    return new JsonBuffer(AROUND_A_REQUEST).raw("{\"TableName\":").raw(table).raw("}").copy();
  }

  private JsonBuffer batch(List<ItemWrite> writes) {
    int expected = AROUND_A_REQUEST;
    for (ItemWrite write : writes) {
      expected +=
          AROUND_AN_ITEM + (write instanceof Put put ? put.item().length : 2 * write.size());
    }
    JsonBuffer body = new JsonBuffer(expected).raw("{\"RequestItems\":{").raw(table).raw(":");
    String before = "[";
    for (ItemWrite write : writes) {
      body.raw(before);
      before = ",";
      if (write instanceof Put put) {
        body.raw("{\"PutRequest\":{\"Item\":").raw(put.item()).raw("}}");
      } else if (write instanceof Delete delete) {
        key(body.raw("{\"DeleteRequest\":{\"Key\":"), delete.key()).raw("}}");
      } else {
        throw new IllegalStateException("BatchWriteItem does not change single attributes.");
      }
    }
    return body.raw("]}");
  }

  private JsonBuffer single(ItemWrite write) {
    JsonBuffer body = new JsonBuffer(AROUND_A_REQUEST + write.size() * 2);
    body.raw("{\"TableName\":").raw(table);
    if (write instanceof Put put) {
      body.raw(",\"Item\":").raw(put.item());
      if (version != null) {
        body.raw(IF_NEWER);
        body.raw(",\"ExpressionAttributeNames\":{\"#version\":").raw(version).raw("}");
        versionValue(body.raw(",\"ExpressionAttributeValues\":{"), put).raw("}");
      }
    } else if (write instanceof Update update) {
      update(body, update);
    } else if (version == null) {
      key(body.raw(",\"Key\":"), write.key());
    } else {
      throw new IllegalStateException("A delete has no version to compare.");
    }
    return body;
  }

  /** Names are short, since an expression may have 4 KB. */
  private void update(JsonBuffer body, Update update) {
    key(body.raw(",\"Key\":"), update.key());
    JsonBuffer names = new JsonBuffer(AROUND_A_REQUEST);
    JsonBuffer values = new JsonBuffer(AROUND_A_REQUEST + update.size());
    StringBuilder expression = new StringBuilder();
    String comma = "";
    if (version != null) {
      body.raw(IF_NEWER);
      names.raw("\"#version\":").raw(version);
      versionValue(values, update);
      comma = ",";
    }
    int number = 0;
    String before = "SET ";
    for (Map.Entry<String, byte[]> set : update.set().entrySet()) {
      String name = name(number++);
      expression.append(before).append('#').append(name).append("=:").append(name);
      before = ",";
      names.raw(comma).raw("\"#" + name + "\":").known(set.getKey());
      values.raw(comma).raw("\":" + name + "\":").raw(set.getValue());
      comma = ",";
    }
    before = update.set().isEmpty() ? "ADD " : " ADD ";
    for (Map.Entry<String, Addend> add : update.add().entrySet()) {
      String name = name(number++);
      expression.append(before).append('#').append(name).append(" :").append(name);
      before = ",";
      names.raw(comma).raw("\"#" + name + "\":").known(add.getKey());
      Addends.write(add.getValue(), values.raw(comma).raw("\":" + name + "\":"));
      comma = ",";
    }
    if (number > 0) {
      body.raw(",\"UpdateExpression\":\"").raw(expression.toString()).raw("\"");
    }
    if (!comma.isEmpty()) {
      body.raw(",\"ExpressionAttributeNames\":{").raw(names.copy()).raw("}");
      body.raw(",\"ExpressionAttributeValues\":{").raw(values.copy()).raw("}");
    }
  }

  /** 0 to 9, a to z, 10, ... */
  private static String name(int number) {
    return Integer.toString(number, Character.MAX_RADIX);
  }

  private static JsonBuffer versionValue(JsonBuffer values, ItemWrite write) {
    return values.raw("\":version\":{\"N\":\"" + write.version() + "\"}");
  }

  private JsonBuffer key(JsonBuffer body, ItemKey key) {
    keys.write(key, body);
    return body;
  }
}
