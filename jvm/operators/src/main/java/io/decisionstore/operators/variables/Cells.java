package io.decisionstore.operators.variables;

import io.decisionstore.operators.expression.ValueType;
import java.math.BigDecimal;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/**
 * A value of any declared type in one fixed row type, so that state outlives a change of what is
 * declared: one column a type, at most one of them set.
 */
final class Cells {
  static final TypeInformation<Row> CELL =
      Types.ROW_NAMED(
          new String[] {"string", "long", "double", "boolean"},
          Types.STRING,
          Types.LONG,
          Types.DOUBLE,
          Types.BOOLEAN);

  /** Characters: one text must not be why an item of 400 KB cannot be written. */
  private static final int MAX_TEXT = 2_048;

  /** DynamoDB's numbers; the same limits as {@code model/interpreter.py}. */
  private static final BigDecimal LARGEST = new BigDecimal(9.9e125);

  private static final BigDecimal SMALLEST = new BigDecimal(1e-130);
  private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);

  private Cells() {}

  /**
   * The value of an argument, or null, as a cell: what an item can hold. What is not a number and a
   * text that is too long are null.
   */
  static Row ofArgument(Object value) {
    if (value instanceof String text && text.codePointCount(0, text.length()) > MAX_TEXT) {
      return ofField(null);
    }
    return ofField(value instanceof Double number ? storable(number) : value);
  }

  /** A value, or null, as a cell. */
  static Row ofField(Object value) {
    Row cell = new Row(ValueType.values().length);
    if (value instanceof Double) {
      cell.setField(ValueType.DOUBLE.ordinal(), value);
    } else if (value instanceof Long) {
      cell.setField(ValueType.LONG.ordinal(), value);
    } else if (value instanceof Boolean) {
      cell.setField(ValueType.BOOLEAN.ordinal(), value);
    } else {
      cell.setField(ValueType.STRING.ordinal(), value);
    }
    return cell;
  }

  /** The value in a cell; null when there is none. */
  static Object value(Row cell) {
    for (int column = 0; column < cell.getArity(); column++) {
      if (cell.getField(column) != null) {
        return cell.getField(column);
      }
    }
    return null;
  }

  /** The exact number in a cell; zero when there is none. */
  static BigDecimal exact(Row cell) {
    Object value = value(cell);
    if (value instanceof Double number) {
      return new BigDecimal(number);
    }
    return value == null ? BigDecimal.ZERO : BigDecimal.valueOf((Long) value);
  }

  /** An exact sum as the value of a variable, rounded once, within what DynamoDB can hold. */
  static Object rounded(BigDecimal sum, ValueType type) {
    return type == ValueType.LONG
        ? (Object) sum.max(LONG_MIN).min(LONG_MAX).longValue()
        : (Object) within(sum);
  }

  private static Double storable(double number) {
    return Double.isFinite(number) ? within(new BigDecimal(number)) : null;
  }

  private static Double within(BigDecimal exact) {
    BigDecimal size = exact.abs();
    if (size.compareTo(LARGEST) > 0) {
      return exact.signum() * 9.9e125;
    }
    return size.compareTo(SMALLEST) < 0 ? 0.0 : exact.doubleValue();
  }
}
