package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.sink.capacity.CapacityState.Mode;
import io.decisionstore.dynamodb.sink.client.TableDescription;
import java.util.Map;

/**
 * What a table says of its capacity.
 *
 * @param tableUnits a second: provisioned, or an on-demand table's maximum; 0: none
 * @param warmUnits a second that an on-demand table takes at once
 * @param indexUnits by global index, as {@code tableUnits}
 */
record TableCapacity(
    Mode mode, double tableUnits, double warmUnits, Map<String, Double> indexUnits) {

  /**
   * What a new on-demand table takes (AWS, "DynamoDB on-demand capacity mode": up to 4,000 writes a
   * second), if the table does not say more.
   */
  static final double NEW_TABLE = 4_000;

  /** Before the table has answered for the first time: what a single partition takes. */
  static final double UNKNOWN_TABLE = 1_000;

  static final TableCapacity UNKNOWN = new TableCapacity(Mode.UNKNOWN, 0, UNKNOWN_TABLE, Map.of());

  static TableCapacity of(TableDescription table) {
    return new TableCapacity(
        table.provisioned() ? Mode.PROVISIONED : Mode.ON_DEMAND,
        Math.max(0, table.writeUnits()),
        table.warmWriteUnits() > 0 ? table.warmWriteUnits() : NEW_TABLE,
        Map.copyOf(table.indexWriteUnits()));
  }

  /**
   * Table units a second, infinite if nothing is said. A global index that is full throttles writes
   * to its table (AWS, "global secondary index write throttling and back pressure"), so the
   * scarcest of table and indexes rules.
   */
  double ceiling(UnitPrices prices) {
    double units = tableUnits > 0 ? tableUnits : Double.POSITIVE_INFINITY;
    for (Map.Entry<String, Double> index : indexUnits.entrySet()) {
      if (index.getValue() > 0) {
        units = Math.min(units, prices.tableUnits(index.getKey(), index.getValue()));
      }
    }
    return units;
  }
}
