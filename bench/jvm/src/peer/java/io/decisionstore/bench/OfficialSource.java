package io.decisionstore.bench;

import static org.apache.flink.connector.dynamodb.source.config.DynamodbStreamsSourceConfigConstants.DYNAMODB_STREAMS_GET_RECORDS_IDLE_TIME_BETWEEN_EMPTY_POLLS;
import static org.apache.flink.connector.dynamodb.source.config.DynamodbStreamsSourceConfigConstants.DYNAMODB_STREAMS_GET_RECORDS_IDLE_TIME_BETWEEN_NON_EMPTY_POLLS;
import static org.apache.flink.connector.dynamodb.source.config.DynamodbStreamsSourceConfigConstants.SHARD_DISCOVERY_INTERVAL;
import static org.apache.flink.connector.dynamodb.source.config.DynamodbStreamsSourceConfigConstants.STREAM_INITIAL_POSITION;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.connector.dynamodb.source.DynamoDbStreamsSource;
import org.apache.flink.connector.dynamodb.source.config.DynamodbStreamsSourceConfigConstants.InitialPosition;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Row;

/** The official source as its documentation shows it, in a mini cluster. */
public final class OfficialSource {
  private OfficialSource() {}

  public static void main(String[] arguments) throws Exception {
    Arguments task = new Arguments(arguments);
    Configuration config = new Configuration();
    config.setString(AWSConfigConstants.AWS_ENDPOINT, task.text("endpoint"));
    config.set(STREAM_INITIAL_POSITION, InitialPosition.valueOf(task.text("start")));
    if (!task.text("wait_ms").equals("default")) {
      Duration wait = Duration.ofMillis(task.number("wait_ms"));
      config.set(DYNAMODB_STREAMS_GET_RECORDS_IDLE_TIME_BETWEEN_NON_EMPTY_POLLS, wait);
      config.set(DYNAMODB_STREAMS_GET_RECORDS_IDLE_TIME_BETWEEN_EMPTY_POLLS, wait);
    }
    if (!task.text("discovery_ms").equals("default")) {
      config.set(SHARD_DISCOVERY_INTERVAL, Duration.ofMillis(task.number("discovery_ms")));
    }
    DynamoDbStreamsSource<Row> source =
        DynamoDbStreamsSource.<Row>builder()
            .setStreamArn(task.text("stream"))
            .setSourceConfig(config)
            .setDeserializationSchema(new ItemFields())
            .build();

    Configuration job = new Configuration();
    task.flinkOptions().forEach(job::setString);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(job);
    env.setParallelism(task.number("parallelism"));
    Meter.Plan plan = task.plan();
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "official")
        .returns(new ItemFields().getProducedType())
        .uid("source")
        .sinkTo(
            new MeasuringSink(
                plan.report(),
                plan.warmUpMs(),
                plan.windowMs(),
                plan.milestone(),
                task.flag("latency") ? RecordFields.WRITTEN_AT : -1))
        .uid("sink");
    env.execute("official source");
  }
}
