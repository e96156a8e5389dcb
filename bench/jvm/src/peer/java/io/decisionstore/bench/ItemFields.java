package io.decisionstore.bench;

import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.dynamodb.source.serialization.DynamoDbStreamsDeserializationSchema;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** What a user of the official connector writes to get the nine fields as a typed row. */
final class ItemFields implements DynamoDbStreamsDeserializationSchema<Row> {
  private static final long serialVersionUID = 1;

  @Override
  public void deserialize(Record record, String stream, String shard, Collector<Row> out) {
    Map<String, AttributeValue> item = record.dynamodb().newImage();
    Row row = new Row(RecordFields.ALL.size());
    for (int i = 0; i < RecordFields.ALL.size(); i++) {
      AttributeValue value = item.get(RecordFields.ALL.get(i).name());
      if (value != null) {
        row.setField(i, valueOf(RecordFields.ALL.get(i).type(), value));
      }
    }
    out.collect(row);
  }

  @Override
  public TypeInformation<Row> getProducedType() {
    String[] names = RecordFields.ALL.stream().map(RecordFields.Field::name).toArray(String[]::new);
    TypeInformation<?>[] types =
        RecordFields.ALL.stream()
            .map(field -> typeOf(field.type()))
            .toArray(TypeInformation<?>[]::new);
    return Types.ROW_NAMED(names, types);
  }

  private static Object valueOf(RecordFields.Type type, AttributeValue value) {
    return switch (type) {
      case STRING -> value.s();
      case LONG -> Long.valueOf(value.n());
      case DOUBLE -> Double.valueOf(value.n());
      case BOOLEAN -> value.bool();
      case BYTES -> value.b().asByteArray();
    };
  }

  private static TypeInformation<?> typeOf(RecordFields.Type type) {
    return switch (type) {
      case STRING -> Types.STRING;
      case LONG -> Types.LONG;
      case DOUBLE -> Types.DOUBLE;
      case BOOLEAN -> Types.BOOLEAN;
      case BYTES -> Types.PRIMITIVE_ARRAY(Types.BYTE);
    };
  }
}
