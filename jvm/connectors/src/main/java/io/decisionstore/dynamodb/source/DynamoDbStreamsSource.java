package io.decisionstore.dynamodb.source;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.enumerator.EnumeratorState;
import io.decisionstore.dynamodb.source.enumerator.EnumeratorStateSerializer;
import io.decisionstore.dynamodb.source.enumerator.ShardEnumerator;
import io.decisionstore.dynamodb.source.reader.ShardReader;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.source.split.ShardSplitSerializer;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.types.Row;

/**
 * Changes of DynamoDB tables as typed rows: every change at least once, each item's changes in
 * order.
 */
public final class DynamoDbStreamsSource
    implements Source<Row, ShardSplit, EnumeratorState>, ResultTypeQueryable<Row> {
  private static final long serialVersionUID = 1L;

  private final SourceConfig config;
  private final StreamsClient.Factory clients;

  DynamoDbStreamsSource(SourceConfig config, StreamsClient.Factory clients) {
    this.config = config;
    this.clients = clients;
  }

  public static DynamoDbStreamsSourceBuilder builder() {
    return new DynamoDbStreamsSourceBuilder();
  }

  @Override
  public Boundedness getBoundedness() {
    return config.stop() == null ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<Row, ShardSplit> createReader(SourceReaderContext context) {
    return ShardReader.open(clients, config, context);
  }

  @Override
  public SplitEnumerator<ShardSplit, EnumeratorState> createEnumerator(
      SplitEnumeratorContext<ShardSplit> context) {
    return new ShardEnumerator(context, config, clients.open(config), null);
  }

  @Override
  public SplitEnumerator<ShardSplit, EnumeratorState> restoreEnumerator(
      SplitEnumeratorContext<ShardSplit> context, EnumeratorState checkpoint) {
    return new ShardEnumerator(context, config, clients.open(config), checkpoint);
  }

  @Override
  public SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
    return new ShardSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<EnumeratorState> getEnumeratorCheckpointSerializer() {
    return new EnumeratorStateSerializer();
  }

  @Override
  public TypeInformation<Row> getProducedType() {
    return Types.ROW_NAMED(
        config.columns().stream().map(Column::name).toArray(String[]::new),
        config.columns().stream()
            .map(column -> column.type().information())
            .toArray(TypeInformation[]::new));
  }
}
