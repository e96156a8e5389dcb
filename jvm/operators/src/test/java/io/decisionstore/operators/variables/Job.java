package io.decisionstore.operators.variables;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** The variables job in a test: {@link LocalJob}, or its operators in Flink's harnesses. */
interface Job extends AutoCloseable {
  /** Moves the clock; windows run out. */
  void at(long time) throws Exception;

  /** A Kafka record's value arrives. */
  void arrives(byte[] value) throws Exception;

  /** All state is written, and read back by a job of a plan. */
  void restart(String plan) throws Exception;

  /** The table in DynamoDB JSON, by use case and entity. */
  Map<String, Map<String, JsonNode>> table();

  /** How many items were written since this was asked last. */
  int written();

  /** How many entities are kept. */
  int entities();

  /** How many entries lie in the overflow. */
  int overflowEntries();

  @Override
  default void close() throws Exception {}
}
