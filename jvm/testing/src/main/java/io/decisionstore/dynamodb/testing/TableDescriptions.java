package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** DescribeTable of the tables that are written to. */
final class TableDescriptions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TableDescriptions() {}

  /** The table that is asked for; null when the body names none. */
  static String tableName(byte[] body) {
    JsonCursor cursor = new JsonCursor(body);
    cursor.take('{');
    if (!cursor.takes('}')) {
      do {
        boolean asked = cursor.nextText().equals("TableName");
        cursor.take(':');
        if (asked && cursor.peek() == '"') {
          return cursor.nextText();
        }
        cursor.skip();
      } while (cursor.takes(','));
    }
    return null;
  }

  static ObjectNode of(WriteTable table, long now) {
    CapacityMode mode = table.capacity().mode();
    TableSchema schema = table.schema();
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode description = answer.putObject("Table");
    description.put("TableName", table.name()).put("TableStatus", "ACTIVE");
    description.put("TableArn", table.arn());
    description.set("KeySchema", keySchema(schema.keys()));
    description.set("AttributeDefinitions", definitions(schema));
    description
        .putObject("BillingModeSummary")
        .put("BillingMode", mode.provisioned() ? "PROVISIONED" : "PAY_PER_REQUEST");
    description.set("ProvisionedThroughput", throughput(mode, mode.writeUnits()));
    if (mode.maxWriteUnits() > 0) {
      description
          .putObject("OnDemandThroughput")
          .put("MaxReadRequestUnits", -1)
          .put("MaxWriteRequestUnits", Math.round(mode.maxWriteUnits()));
    }
    double warm = table.capacity().warmUnits(now);
    if (warm > 0) {
      description
          .putObject("WarmThroughput")
          .put("WriteUnitsPerSecond", Math.round(warm))
          .put("Status", "ACTIVE");
    }
    if (!schema.indexes().isEmpty()) {
      ArrayNode indexes = description.putArray("GlobalSecondaryIndexes");
      for (int i = 0; i < schema.indexes().size(); i++) {
        TableSchema.Index index = schema.indexes().get(i);
        ObjectNode entry = indexes.addObject().put("IndexName", index.name());
        entry.set("KeySchema", keySchema(List.of(index.key())));
        entry.putObject("Projection").put("ProjectionType", "ALL");
        entry.put("IndexStatus", "ACTIVE").put("IndexArn", table.arn() + "/index/" + index.name());
        entry.set("ProvisionedThroughput", throughput(mode, table.capacity().indexUnits(i)));
      }
    }
    return answer;
  }

  private static ObjectNode throughput(CapacityMode mode, double writeUnits) {
    ObjectNode throughput = JSON.createObjectNode();
    throughput.put("NumberOfDecreasesToday", 0);
    // Reads cost nothing here; the number only has to be one that AWS could say.
    throughput.put("ReadCapacityUnits", mode.provisioned() ? 1 : 0);
    return throughput.put("WriteCapacityUnits", mode.provisioned() ? Math.round(writeUnits) : 0);
  }

  private static ArrayNode keySchema(List<TableSchema.KeyPart> keys) {
    ArrayNode schema = JSON.createArrayNode();
    for (TableSchema.KeyPart part : keys) {
      schema
          .addObject()
          .put("AttributeName", part.attribute())
          .put("KeyType", schema.size() == 1 ? "HASH" : "RANGE");
    }
    return schema;
  }

  private static ArrayNode definitions(TableSchema schema) {
    List<TableSchema.KeyPart> parts = new ArrayList<>(schema.keys());
    schema.indexes().forEach(index -> parts.add(index.key()));
    Map<String, String> types = new LinkedHashMap<>();
    parts.forEach(part -> types.put(part.attribute(), part.type()));
    ArrayNode definitions = JSON.createArrayNode();
    types.forEach(
        (name, type) ->
            definitions.addObject().put("AttributeName", name).put("AttributeType", type));
    return definitions;
  }
}
