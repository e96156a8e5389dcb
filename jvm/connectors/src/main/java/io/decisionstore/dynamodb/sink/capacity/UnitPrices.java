package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.sink.client.TableClient.Consumed;
import java.util.HashMap;
import java.util.Map;

/**
 * What a unit by an item's size costs in the table and in each global index, as answers tell: local
 * indexes, a larger item that is replaced, sparse or doubled index entries cannot be seen from
 * here.
 */
final class UnitPrices {
  /** Units until an average has forgotten two thirds of what it knew. */
  private static final double MEMORY = 500;

  private double table = 1;
  private boolean learned;
  private final Map<String, Double> indexes = new HashMap<>();

  /** Table units that a request is expected to cost. */
  double predict(double units) {
    return units * table;
  }

  void learn(Consumed consumed, int unitsTaken) {
    if (consumed == null || unitsTaken <= 0) {
      return;
    }
    // The first answers weigh most: until then the price was a guess.
    double weight = learned ? 1 - Math.exp(-unitsTaken / MEMORY) : 1;
    learned = true;
    table += weight * (consumed.table() / unitsTaken - table);
    for (String index : consumed.indexes().keySet()) {
      indexes.putIfAbsent(index, consumed.indexes().get(index) / unitsTaken);
    }
    indexes.replaceAll(
        (index, price) ->
            price + weight * (consumed.indexes().getOrDefault(index, 0.0) / unitsTaken - price));
  }

  /** Table units a second at which an index takes that many. */
  double tableUnits(String index, double indexUnits) {
    double price = indexes.getOrDefault(index, 0.0);
    return price <= 0 ? Double.POSITIVE_INFINITY : indexUnits * table / price;
  }

  double table() {
    return table;
  }
}
