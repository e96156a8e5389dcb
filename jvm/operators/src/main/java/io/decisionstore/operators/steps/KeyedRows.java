package io.decisionstore.operators.steps;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.java.typeutils.RowTypeInfo;
import org.apache.flink.types.Row;

/** Puts a row under the key of some of its fields; a null is a value like any other. */
final class KeyedRows implements MapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final String[] key;
  private final int[] positions;

  KeyedRows(RowTypeInfo fields, String[] key) {
    this.key = key;
    this.positions = new int[key.length];
    for (int part = 0; part < key.length; part++) {
      positions[part] = fields.getFieldIndex(key[part]);
    }
  }

  @Override
  public Row map(Row row) {
    Row fields = (Row) row.getField(StepRows.FIELDS);
    StringBuilder text = new StringBuilder();
    for (int part = 0; part < key.length; part++) {
      Object value = fields.getField(positions[part]);
      text.append(part == 0 ? "" : "|").append(key[part]);
      if (value != null) {
        text.append('=').append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
      }
    }
    return Row.of(text.toString(), row);
  }
}
