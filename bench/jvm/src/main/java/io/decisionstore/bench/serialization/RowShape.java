package io.decisionstore.bench.serialization;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/** Rows with declared types: what this project's jobs use. */
final class RowShape implements Shape<Row, Row> {
  private static final long serialVersionUID = 1;

  private static final TypeInformation<Row> CHECK =
      Types.ROW_NAMED(
          new String[] {"name", "revision", "event_time", "status", "score"},
          Types.STRING,
          Types.INT,
          Types.LONG,
          Types.STRING,
          Types.DOUBLE);
  private static final TypeInformation<Row> DECISION =
      Types.ROW_NAMED(
          new String[] {
            "decision_id",
            "customer_id",
            "event_time",
            "merchant_id",
            "amount",
            "currency",
            "outcome",
            "policy",
            "checks",
            "amount_band",
            "decisions",
            "spent"
          },
          Types.STRING,
          Types.STRING,
          Types.LONG,
          Types.STRING,
          Types.DOUBLE,
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.LIST(CHECK),
          Types.STRING,
          Types.LONG,
          Types.DOUBLE);
  private static final TypeInformation<Row> CUSTOMER =
      Types.ROW_NAMED(
          new String[] {"decisions", "spent", "recent"},
          Types.LONG,
          Types.DOUBLE,
          Types.LIST(DECISION));
  private static final int ARITY = 12;

  @Override
  public TypeInformation<Row> decision() {
    return DECISION;
  }

  @Override
  public TypeInformation<Row> customer() {
    return CUSTOMER;
  }

  @Override
  public Row of(Sample sample) {
    Row row = new Row(ARITY);
    row.setField(0, sample.decisionId());
    row.setField(1, sample.customerId());
    row.setField(2, sample.eventTime());
    row.setField(3, sample.merchantId());
    row.setField(4, sample.amount());
    row.setField(5, sample.currency());
    row.setField(6, sample.outcome());
    row.setField(7, sample.policy());
    row.setField(8, new ArrayList<>(sample.checks().stream().map(RowShape::of).toList()));
    return row;
  }

  private static Row of(Sample.Check check) {
    return Row.of(check.name(), check.revision(), check.eventTime(), check.status(), check.score());
  }

  @Override
  public String customerOf(Row decision) {
    return (String) decision.getField(1);
  }

  @Override
  public String merchantOf(Row decision) {
    return (String) decision.getField(3);
  }

  @Override
  public double amountOf(Row decision) {
    return (Double) decision.getField(4);
  }

  @Override
  public Row banded(Row decision, String band) {
    decision.setField(9, band);
    return decision;
  }

  @Override
  public Row counted(Row known, Row decision) {
    long decisions = known == null ? 0 : (Long) known.getField(0);
    double spent = known == null ? 0 : (Double) known.getField(1);
    @SuppressWarnings("unchecked")
    List<Row> recent = known == null ? List.of() : (List<Row>) known.getField(2);
    return Row.of(decisions + 1, spent + amountOf(decision), Shape.recent(recent, decision));
  }

  @Override
  public Row told(Row decision, Row customer) {
    decision.setField(10, customer.getField(0));
    decision.setField(11, customer.getField(1));
    return decision;
  }

  @Override
  public Row rounded(Row decision) {
    decision.setField(11, Shape.cents((Double) decision.getField(11)));
    return decision;
  }
}
