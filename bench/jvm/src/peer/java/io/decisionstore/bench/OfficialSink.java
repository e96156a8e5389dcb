package io.decisionstore.bench;

import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSink;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSinkBuilder;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Row;

/** The official sink as its documentation shows it, with its defaults, in a mini cluster. */
public final class OfficialSink {
  private OfficialSink() {}

  public static void main(String[] arguments) throws Exception {
    Arguments task = new Arguments(arguments);
    Properties properties = new Properties();
    properties.put(AWSConfigConstants.AWS_REGION, task.text("region"));
    properties.put(AWSConfigConstants.AWS_ENDPOINT, task.text("endpoint"));
    DynamoDbSinkBuilder<Row> builder =
        DynamoDbSink.<Row>builder()
            .setDynamoDbProperties(properties)
            .setTableName(task.text("table"))
            .setElementConverter(new RowToPut());
    if (task.flag("repeated_keys")) {
      // DynamoDB refuses a request with two writes of one key, and the job would fail.
      builder.setOverwriteByPartitionKeys(List.of("entity", "use_case"));
    }

    Configuration job = new Configuration();
    task.flinkOptions().forEach(job::setString);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(job);
    env.setParallelism(task.number("parallelism"));
    env.fromSource(
            new LoadSource(String.join("\n", arguments)), WatermarkStrategy.noWatermarks(), "load")
        .uid("load")
        .sinkTo(builder.build())
        .uid("sink");
    env.execute("official sink");
  }
}
