package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.http.SignedRequests.Body;
import io.decisionstore.dynamodb.sink.client.TableDescription.KeyPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/** What DynamoDB answers to DescribeTable. */
final class DescribedTable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DescribedTable() {}

  static TableDescription read(Body body) throws IOException {
    JsonNode table;
    try {
      table = JSON.readTree(body.bytes(), 0, body.length()).path("Table");
    } catch (JsonProcessingException broken) {
      throw new IOException("the answer is not JSON as DynamoDB sends it", broken);
    }
    if (!table.isObject()) {
      throw new IOException("the answer describes no table");
    }
    boolean provisioned = isProvisioned(table);
    Map<String, Double> indexes = new HashMap<>();
    for (JsonNode index : table.path("GlobalSecondaryIndexes")) {
      indexes.put(index.path("IndexName").asText(), writeUnits(index, provisioned));
    }
    return new TableDescription(
        table.path("TableStatus").asText(),
        key(table),
        provisioned,
        writeUnits(table, provisioned),
        table.path("WarmThroughput").path("WriteUnitsPerSecond").asDouble(),
        indexes);
  }

  /**
   * AWS leaves the mode out where a table never was on demand. Zero units without a mode are how
   * DynamoDB's look-alikes tell that there is no limit.
   */
  private static boolean isProvisioned(JsonNode table) {
    String mode = table.path("BillingModeSummary").path("BillingMode").asText("");
    return mode.isEmpty() ? provisionedUnits(table) > 0 : mode.equals("PROVISIONED");
  }

  private static double provisionedUnits(JsonNode tableOrIndex) {
    return tableOrIndex.path("ProvisionedThroughput").path("WriteCapacityUnits").asDouble();
  }

  private static double writeUnits(JsonNode tableOrIndex, boolean provisioned) {
    return provisioned
        ? provisionedUnits(tableOrIndex)
        // -1 after a maximum was taken away.
        : Math.max(
            0, tableOrIndex.path("OnDemandThroughput").path("MaxWriteRequestUnits").asDouble());
  }

  private static List<KeyPart> key(JsonNode table) {
    Map<String, String> types = new HashMap<>();
    for (JsonNode attribute : table.path("AttributeDefinitions")) {
      types.put(attribute.path("AttributeName").asText(), attribute.path("AttributeType").asText());
    }
    List<KeyPart> key = new ArrayList<>();
    for (JsonNode part : table.path("KeySchema")) {
      String name = part.path("AttributeName").asText();
      boolean first = part.path("KeyType").asText().equals("HASH");
      key.add(first ? 0 : key.size(), new KeyPart(name, types.get(name)));
    }
    return key;
  }
}
