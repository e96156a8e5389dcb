package io.decisionstore.dynamodb.sink;

import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.types.Row;

/** What Flink 1.20 asks of a sink beyond Flink 2: a method that it no longer calls. */
abstract class SinkOfLine implements Sink<Row> {
  private static final long serialVersionUID = 1L;

  @Override
  @Deprecated
  public SinkWriter<Row> createWriter(InitContext context) {
    throw new UnsupportedOperationException("Flink 1.20 calls createWriter(WriterInitContext).");
  }
}
