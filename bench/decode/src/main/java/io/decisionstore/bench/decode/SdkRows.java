package io.decisionstore.bench.decode;

import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.Row;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** The road before: the SDK reads the page, its maps become rows. The server is a byte array. */
final class SdkRows implements AutoCloseable {
  private final DynamoDbStreamsClient client;
  private final List<Column> columns;

  SdkRows(byte[] body, List<Column> columns) {
    this.columns = columns;
    this.client =
        DynamoDbStreamsClient.builder()
            .region(Region.EU_WEST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClient(new Answers(body))
            .build();
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Record record : client.getRecords(request -> request.shardIterator("i")).records()) {
      rows.add(row(record));
    }
    return rows;
  }

  private Row row(Record record) {
    Row row = new Row(columns.size());
    Map<String, AttributeValue> image = record.dynamodb().newImage();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (column.origin() == Column.Origin.METADATA) {
        row.setField(i, metadata(Metadata.valueOf(column.attribute()), record));
        continue;
      }
      AttributeValue value = image.get(column.attribute());
      if (value != null) {
        row.setField(
            i, column.type() == Scalar.LONG ? (Object) Long.parseLong(value.n()) : value.s());
      }
    }
    return row;
  }

  private static Object metadata(Metadata which, Record record) {
    return switch (which) {
      case EVENT_KIND -> record.eventNameAsString();
      case SEQUENCE_NUMBER -> record.dynamodb().sequenceNumber();
      case SHARD_ID -> "shard";
      case CREATED_AT -> record.dynamodb().approximateCreationDateTime().toEpochMilli();
      default -> null;
    };
  }

  @Override
  public void close() {
    client.close();
  }

  private record Answers(byte[] body) implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(200).build())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body)))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }
}
