package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.sink.capacity.CapacityShare;
import io.decisionstore.dynamodb.sink.capacity.TableBudget;
import io.decisionstore.dynamodb.sink.client.TableDescription;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.rejected.FailingRejections;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.junit.jupiter.api.Test;

class DynamoDbSinkWriterTest {
  private final SinkConfig config = Sinks.put(50, 25, 1000);

  @Test
  void aWriterThatCannotStartLeavesTheTableToOthers() {
    CapacityShare other = TableBudget.join(config, 4, new Random(1));
    try {
      other.described(1, new TableDescription("ACTIVE", List.of(), true, 1000, 0, Map.of()));
      long alone = other.unitsPerSecond();
      assertThatThrownBy(
              () ->
                  DynamoDbSinkWriter.create(
                      config,
                      null,
                      null,
                      new FailingRejections(config.where()),
                      withoutMetrics(),
                      List.of()))
          .hasMessage("no metrics");
      CapacityShare next = TableBudget.join(config, 4, new Random(1));
      long shared = next.unitsPerSecond();
      next.leave();
      assertThat(shared).as("two of four").isEqualTo(2 * alone);
    } finally {
      other.leave();
    }
  }

  /** A context in which no writer can start. */
  private static WriterInitContext withoutMetrics() {
    TaskInfo task = new TaskInfoImpl("sink", 4, 0, 4, 0);
    return (WriterInitContext)
        Proxy.newProxyInstance(
            WriterInitContext.class.getClassLoader(),
            new Class<?>[] {WriterInitContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getTaskInfo" -> task;
                  case "metricGroup" -> throw new IllegalStateException("no metrics");
                  default -> null;
                });
  }
}
