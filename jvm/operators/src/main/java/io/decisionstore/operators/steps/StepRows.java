package io.decisionstore.operators.steps;

import io.decisionstore.operators.expression.ValueType;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/**
 * The rows that Python's steps take and give: {@code event} (for Python only bytes), {@code fields}
 * it reads, {@code added} values by USE_CASE.NAME, {@code failures} (a traceback by USE_CASE.STEP).
 */
final class StepRows {
  static final int EVENT = 0;
  static final int FIELDS = 1;
  static final int ADDED = 2;
  static final int FAILURES = 3;

  /** A value: the field of its type is set. */
  static final TypeInformation<Row> VALUE =
      Types.ROW_NAMED(
          new String[] {"string", "long", "double", "boolean"},
          Types.STRING,
          Types.LONG,
          Types.DOUBLE,
          Types.BOOLEAN);

  /** Before a keyed function: {@code key} and {@code row}, as PyFlink's keyed operators take it. */
  static TypeInformation<Row> keyed(TypeInformation<Row> rows) {
    return Types.ROW_NAMED(new String[] {"key", "row"}, Types.STRING, rows);
  }

  private StepRows() {}

  /** The type of the rows, for the fields that are read. */
  static TypeInformation<Row> of(List<String> reads, Map<String, ValueType> types) {
    TypeInformation<?>[] ofFields =
        reads.stream().map(name -> typeOf(types.get(name))).toArray(TypeInformation[]::new);
    return Types.ROW_NAMED(
        new String[] {"event", "fields", "added", "failures"},
        Types.PRIMITIVE_ARRAY(Types.BYTE),
        Types.ROW_NAMED(reads.toArray(String[]::new), ofFields),
        Types.MAP(Types.STRING, VALUE),
        Types.MAP(Types.STRING, Types.STRING));
  }

  private static TypeInformation<?> typeOf(ValueType type) {
    return switch (type) {
      case STRING -> Types.STRING;
      case LONG -> Types.LONG;
      case DOUBLE -> Types.DOUBLE;
      case BOOLEAN -> Types.BOOLEAN;
    };
  }
}
