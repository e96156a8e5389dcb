package io.decisionstore.dynamodb.sink.item;

import java.util.List;
import java.util.Set;
import org.apache.flink.types.Row;

/** Finds the declared fields of rows: by name, or in rows without names by place. */
final class RowLayout {
  private final List<String> names;
  // Rows of one stream share their names, so that they are looked at once.
  private Set<String> checked;

  RowLayout(List<String> names) {
    this.names = names;
  }

  /** Null, or why the row has not these fields: goes on after "the row". */
  String problem(Row row) {
    Set<String> has = row.getFieldNames(true);
    if (has == null) {
      return row.getArity() == names.size()
          ? null
          : "has %d fields without names, and not %d: %s"
              .formatted(row.getArity(), names.size(), String.join(", ", names));
    }
    if (has == checked) {
      return null;
    }
    for (String name : names) {
      if (!has.contains(name)) {
        return "has no field %s; it has %s".formatted(name, String.join(", ", has));
      }
    }
    checked = row.getFieldNames(false) == null ? has : null;
    return null;
  }

  /** The field of that place among the declared ones. */
  Object value(Row row, int field) {
    return row.getFieldNames(true) == null ? row.getField(field) : row.getField(names.get(field));
  }
}
