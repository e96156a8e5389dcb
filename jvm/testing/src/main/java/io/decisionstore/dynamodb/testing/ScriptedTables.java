package io.decisionstore.dynamodb.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Tables in memory that are written to, with the capacity a test gives them; {@link ScriptedServer}
 * puts them on HTTP.
 */
final class ScriptedTables {
  private final String region;
  private final Faults faults;
  private final LongSupplier nanoTime;
  private final Map<String, WriteTable> tables = new ConcurrentHashMap<>();

  ScriptedTables(String region, Faults faults) {
    this(region, faults, System::nanoTime);
  }

  /**
   * @param nanoTime by which capacity fills
   */
  ScriptedTables(String region, Faults faults, LongSupplier nanoTime) {
    this.region = region;
    this.faults = faults;
    this.nanoTime = nanoTime;
  }

  Faults faults() {
    return faults;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /**
   * @param partitionUnits a second of each partition; 0: no limit
   * @param indexUnits a second of each of the schema's indexes
   */
  WriteTable create(
      String name,
      TableSchema schema,
      CapacityMode mode,
      int partitions,
      double partitionUnits,
      List<Double> indexUnits,
      boolean storesItems) {
    double[] units = indexUnits.stream().mapToDouble(Double::doubleValue).toArray();
    TableCapacity capacity = new TableCapacity(mode, partitions, partitionUnits, units, now());
    WriteTable table = new WriteTable(region, name, schema, capacity, storesItems, now());
    if (tables.putIfAbsent(name, table) != null) {
      throw new IllegalArgumentException("There is a table " + name + " already.");
    }
    return table;
  }

  /** Null when there is none. */
  WriteTable find(String name) {
    return name == null ? null : tables.get(name.substring(name.lastIndexOf('/') + 1));
  }

  /** For the script, which has made it. */
  WriteTable get(String name) {
    WriteTable found = tables.get(name);
    if (found == null) {
      throw new IllegalArgumentException("There is no table " + name + ".");
    }
    return found;
  }

  /** For a request. */
  WriteTable asked(String name) {
    WriteTable found = find(name);
    if (found == null) {
      throw ServiceException.notFound("Requested resource not found");
    }
    return found;
  }
}
