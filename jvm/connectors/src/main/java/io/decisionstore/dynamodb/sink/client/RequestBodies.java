package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Addend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Delete;
import io.decisionstore.dynamodb.sink.item.ItemWrite.NumberAddend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Put;
import io.decisionstore.dynamodb.sink.item.ItemWrite.SetAddend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Update;
import io.decisionstore.dynamodb.sink.item.KeyValue;
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
  private final byte[] partition;
  private final byte[] sort;
  private final byte[] version;

  RequestBodies(SinkConfig config) {
    this.config = config;
    this.table = JsonBytes.quoted(config.table());
    this.partition = JsonBytes.quoted(config.partitionKey().attribute());
    this.sort = config.sortKey() == null ? null : JsonBytes.quoted(config.sortKey().attribute());
    this.version =
        config.mode().comparesVersions() ? JsonBytes.quoted(config.versionAttribute()) : null;
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
   * @throws IllegalArgumentException if a text cannot be written in UTF-8
   */
  byte[] write(List<ItemWrite> writes, boolean byIndex) {
    JsonBytes body;
    if (config.mode().batches()) {
      body = batch(writes);
    } else if (writes.size() != 1) {
      throw new IllegalStateException(
          "%s takes one item a request, not %d.".formatted(config.mode().kind(), writes.size()));
    } else {
      body = single(writes.get(0));
    }
    return body.json(",\"ReturnConsumedCapacity\":")
        .json(byIndex ? "\"INDEXES\"}" : "\"TOTAL\"}")
        .done();
  }

  /** The body of DescribeTable. */
  byte[] describe() {
    return new JsonBytes(AROUND_A_REQUEST).json("{\"TableName\":").json(table).json("}").done();
  }

  private JsonBytes batch(List<ItemWrite> writes) {
    int expected = AROUND_A_REQUEST;
    for (ItemWrite write : writes) {
      expected +=
          AROUND_AN_ITEM + (write instanceof Put put ? put.item().length : 2 * write.size());
    }
    JsonBytes body = new JsonBytes(expected).json("{\"RequestItems\":{").json(table).json(":");
    String before = "[";
    for (ItemWrite write : writes) {
      body.json(before);
      before = ",";
      if (write instanceof Put put) {
        body.json("{\"PutRequest\":{\"Item\":").json(put.item()).json("}}");
      } else if (write instanceof Delete delete) {
        key(body.json("{\"DeleteRequest\":{\"Key\":"), delete.key()).json("}}");
      } else {
        throw new IllegalStateException("BatchWriteItem does not change single attributes.");
      }
    }
    return body.json("]}");
  }

  private JsonBytes single(ItemWrite write) {
    JsonBytes body = new JsonBytes(AROUND_A_REQUEST + write.size() * 2);
    body.json("{\"TableName\":").json(table);
    if (write instanceof Put put) {
      body.json(",\"Item\":").json(put.item());
      if (version != null) {
        body.json(IF_NEWER);
        body.json(",\"ExpressionAttributeNames\":{\"#version\":").json(version).json("}");
        versionValue(body.json(",\"ExpressionAttributeValues\":{"), put).json("}");
      }
    } else if (write instanceof Update update) {
      update(body, update);
    } else if (version == null) {
      key(body.json(",\"Key\":"), write.key());
    } else {
      throw new IllegalStateException("A delete has no version to compare.");
    }
    return body;
  }

  /** Names are short, since an expression may have 4 KB. */
  private void update(JsonBytes body, Update update) {
    key(body.json(",\"Key\":"), update.key());
    JsonBytes names = new JsonBytes(AROUND_A_REQUEST);
    JsonBytes values = new JsonBytes(AROUND_A_REQUEST + update.size());
    StringBuilder expression = new StringBuilder();
    String comma = "";
    if (version != null) {
      body.json(IF_NEWER);
      names.json("\"#version\":").json(version);
      versionValue(values, update);
      comma = ",";
    }
    int number = 0;
    String before = "SET ";
    for (Map.Entry<String, byte[]> set : update.set().entrySet()) {
      String name = name(number++);
      expression.append(before).append('#').append(name).append("=:").append(name);
      before = ",";
      names.json(comma).json("\"#" + name + "\":").text(set.getKey());
      values.json(comma).json("\":" + name + "\":").json(set.getValue());
      comma = ",";
    }
    before = update.set().isEmpty() ? "ADD " : " ADD ";
    for (Map.Entry<String, Addend> add : update.add().entrySet()) {
      String name = name(number++);
      expression.append(before).append('#').append(name).append(" :").append(name);
      before = ",";
      names.json(comma).json("\"#" + name + "\":").text(add.getKey());
      addend(values.json(comma).json("\":" + name + "\":"), add.getValue());
      comma = ",";
    }
    if (number > 0) {
      body.json(",\"UpdateExpression\":\"").json(expression.toString()).json("\"");
    }
    if (!comma.isEmpty()) {
      body.json(",\"ExpressionAttributeNames\":{").json(names.done()).json("}");
      body.json(",\"ExpressionAttributeValues\":{").json(values.done()).json("}");
    }
  }

  /** 0 to 9, a to z, 10, ... */
  private static String name(int number) {
    return Integer.toString(number, Character.MAX_RADIX);
  }

  private static JsonBytes versionValue(JsonBytes values, ItemWrite write) {
    return values.json("\":version\":{\"N\":\"" + write.version() + "\"}");
  }

  private static void addend(JsonBytes values, Addend addend) {
    if (addend instanceof NumberAddend number) {
      values.json("{\"N\":\"" + number.number() + "\"}");
    } else if (addend instanceof SetAddend set) {
      values.json("{\"" + set.type() + "\":");
      String before = "[";
      for (String element : set.elements()) {
        values.json(before).text(element);
        before = ",";
      }
      values.json("]}");
    }
  }

  private JsonBytes key(JsonBytes body, ItemKey key) {
    value(body.json("{").json(partition), key.partition());
    if (sort != null) {
      value(body.json(",").json(sort), key.sort());
    }
    return body.json("}");
  }

  private static void value(JsonBytes body, KeyValue value) {
    body.json(":{\"" + value.type() + "\":").text(value.text()).json("}");
  }
}
