package io.decisionstore.dynamodb.sink;

import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.types.Row;

/** What Flink's line asks of a sink; see the class of the same name for Flink 1.20. */
abstract class SinkOfLine implements Sink<Row> {
  private static final long serialVersionUID = 1L;
}
