package io.decisionstore.bench;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequestType;
import org.apache.flink.types.Row;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What a user of the official sink writes to put a row as an item. */
final class RowToPut implements ElementConverter<Row, DynamoDbWriteRequest> {
  private static final long serialVersionUID = 1;

  @Override
  public DynamoDbWriteRequest apply(Row row, SinkWriter.Context context) {
    Map<String, AttributeValue> item = new HashMap<>();
    for (int i = 0; i < LoadRows.NAMES.length; i++) {
      item.put(LoadRows.NAMES[i], valueOf(row.getField(i)));
    }
    return DynamoDbWriteRequest.builder()
        .setType(DynamoDbWriteRequestType.PUT)
        .setItem(item)
        .build();
  }

  private static AttributeValue valueOf(Object value) {
    if (value instanceof String text) {
      return AttributeValue.builder().s(text).build();
    }
    if (value instanceof Boolean flag) {
      return AttributeValue.builder().bool(flag).build();
    }
    return AttributeValue.builder().n(value.toString()).build();
  }
}
