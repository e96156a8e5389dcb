package io.decisionstore.dynamodb.testing;

import java.util.List;

/**
 * A page of ListStreams.
 *
 * @param lastEvaluatedStreamArn after which the next page begins; null on the last page
 */
public record StreamList(List<Entry> streams, String lastEvaluatedStreamArn) {
  /** A stream; disabled ones are listed for 24 hours. */
  public record Entry(String streamArn, String streamLabel, String tableName) {}
}
