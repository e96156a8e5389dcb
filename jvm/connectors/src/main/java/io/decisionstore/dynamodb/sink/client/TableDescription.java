package io.decisionstore.dynamodb.sink.client;

import java.util.List;
import java.util.Map;

/**
 * A table, as DescribeTable tells it.
 *
 * @param status ACTIVE, CREATING, UPDATING, ...
 * @param key partition and sort key
 * @param provisioned whether write units are provisioned; else they are on demand
 * @param writeUnits a second: provisioned, or the on-demand maximum if one is set, else 0
 * @param warmWriteUnits a second that the table takes at once, as it says; 0 if it does not say
 * @param indexWriteUnits by global index, as {@code writeUnits}
 */
public record TableDescription(
    String status,
    List<KeyPart> key,
    boolean provisioned,
    double writeUnits,
    double warmWriteUnits,
    Map<String, Double> indexWriteUnits) {

  /**
   * An attribute of the key.
   *
   * @param type S, N or B
   */
  public record KeyPart(String attribute, String type) {}
}
