package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.types.Row;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

/**
 * A stream record as a typed row.
 *
 * <p>Never fails on what a record holds: where an attribute does not fit its declared type, the
 * row's DECODE_ERROR says so and RAW holds the whole record, as it does of a removed item; the
 * attribute's own field is null.
 */
final class RowConverter {
  private final List<Column> columns;

  RowConverter(List<Column> columns) {
    this.columns = columns;
  }

  Row convert(String shardId, Record record) {
    Row row = new Row(columns.size());
    String error = null;
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (column.origin() == Column.Origin.METADATA) {
        continue;
      }
      AttributeValue value = image(column, record.dynamodb()).get(column.attribute());
      if (value == null || Boolean.TRUE.equals(value.nul())) {
        continue;
      }
      Object fitted = fit(column.type(), value);
      if (fitted == null) {
        error =
            "%s: expected %s, got %s"
                .formatted(
                    column.attribute(),
                    column.type().name().toLowerCase(Locale.ROOT),
                    typeName(value));
      }
      row.setField(i, fitted);
    }
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).origin() == Column.Origin.METADATA) {
        row.setField(
            i, metadata(Metadata.valueOf(columns.get(i).attribute()), shardId, record, error));
      }
    }
    return row;
  }

  private static Map<String, AttributeValue> image(Column column, StreamRecord record) {
    if (column.origin() == Column.Origin.OLD_IMAGE) {
      return record.oldImage();
    }
    // A removed item still has its key: what was removed must not be a riddle.
    return record.hasNewImage() ? record.newImage() : record.keys();
  }

  private static Object metadata(Metadata which, String shardId, Record record, String error) {
    return switch (which) {
      case EVENT_KIND -> record.eventNameAsString();
      case SEQUENCE_NUMBER -> record.dynamodb().sequenceNumber();
      case SHARD_ID -> shardId;
      case CREATED_AT ->
          record.dynamodb().approximateCreationDateTime() == null
              ? null
              : record.dynamodb().approximateCreationDateTime().toEpochMilli();
      case DECODE_ERROR -> error;
      case RAW ->
          error == null && record.dynamodb().hasNewImage() ? null : RecordJson.write(record);
    };
  }

  private static Object fit(Column.Type type, AttributeValue value) {
    try {
      return switch (type) {
        case STRING -> value.s();
        case BOOLEAN -> value.bool();
        case BYTES -> value.b() == null ? null : value.b().asByteArray();
        case LONG -> value.n() == null ? null : (Object) Long.parseLong(value.n());
        case INT -> value.n() == null ? null : (Object) Integer.parseInt(value.n());
        case DOUBLE -> value.n() == null ? null : (Object) Double.parseDouble(value.n());
      };
    } catch (NumberFormatException notThisNumber) {
      return null;
    }
  }

  private static String typeName(AttributeValue value) {
    return value.type().name();
  }
}
