package io.decisionstore.operators.variables;

import io.decisionstore.operators.plan.Aggregate;
import java.math.BigDecimal;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/**
 * The value of a variable, kept beside its buckets so that an event touches one bucket only.
 *
 * <p>Sums are exact numbers: taking back what was added leaves nothing behind, in whatever order.
 */
final class Total {
  /** A decision in a {@code last}: the order of decisions, and the arguments' values. */
  static final TypeInformation<Row> DECISION =
      Types.ROW_NAMED(
          new String[] {"event_time", "decision_id", "arguments"},
          Types.LONG,
          Types.STRING,
          Types.LIST(Cells.CELL));

  static final TypeInformation<Row> ROW =
      Types.ROW_NAMED(
          new String[] {"variable", "count", "sum", "last"},
          Types.STRING,
          Types.LONG,
          Types.BIG_DEC,
          DECISION);

  long count;
  BigDecimal sum = BigDecimal.ZERO;
  Row last;

  static Total from(Row row) {
    Total total = new Total();
    total.count = (Long) row.getField(1);
    total.sum = (BigDecimal) row.getField(2);
    total.last = (Row) row.getField(3);
    return total;
  }

  Row row(String variable) {
    return Row.of(variable, count, sum, last);
  }

  boolean isEmpty() {
    return count == 0;
  }

  void add(long decisions, BigDecimal number) {
    count += decisions;
    sum = count == 0 ? BigDecimal.ZERO : sum.add(number);
  }

  /** Writes the attributes' values into an item; returns where the next variable's begin. */
  int write(Definition definition, Row item, int position) {
    if (definition.aggregate() != Aggregate.LAST) {
      item.setField(
          position,
          definition.aggregate() == Aggregate.COUNT
              ? (Object) count
              : Cells.rounded(sum, definition.type()));
      return position + 1;
    }
    for (int argument = 0; argument < definition.attributes().size(); argument++) {
      item.setField(
          position + argument, last == null ? null : Cells.value(arguments().get(argument)));
    }
    return position + definition.attributes().size();
  }

  @SuppressWarnings("unchecked") // as DECISION declares it
  private List<Row> arguments() {
    return (List<Row>) last.getField(2);
  }

  /** The order of decisions: by event time, then by id. */
  static int compare(Row decision, Row other) {
    int byTime = Long.compare((Long) decision.getField(0), (Long) other.getField(0));
    return byTime != 0
        ? byTime
        : ((String) decision.getField(1)).compareTo((String) other.getField(1));
  }
}
