package io.decisionstore.dynamodb.testing;

import java.util.List;
import java.util.Map;

/**
 * What the server was asked since it started or since the last reset.
 *
 * @param operations by their names on the wire
 * @param billedReads GetRecords that were answered with a page, which is what AWS bills
 * @param emptyReads those of them without records
 * @param records in all pages
 * @param bytes of all pages' bodies
 * @param throttles calls refused as throttled, scripted or by a limit
 * @param readsByShard answered GetRecords by shard
 * @param violations what a reader must not do, as sentences; the same one once
 */
public record Report(
    Map<String, Calls> operations,
    long billedReads,
    long emptyReads,
    long records,
    long bytes,
    long throttles,
    Map<String, Long> readsByShard,
    List<String> violations) {

  /**
   * Calls of an operation.
   *
   * @param errors how many of them failed, by AWS's name of the error or the fault's
   */
  public record Calls(long calls, Map<String, Long> errors) {}
}
