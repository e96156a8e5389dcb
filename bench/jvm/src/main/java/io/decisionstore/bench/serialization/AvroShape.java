package io.decisionstore.bench.serialization;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.formats.avro.typeutils.GenericRecordAvroTypeInfo;

/** Avro's generic records, with flink-avro's serializer. */
final class AvroShape implements Shape<GenericRecord, GenericRecord> {
  private static final long serialVersionUID = 1;

  private static final String TEXT = "{\"type\": \"string\", \"avro.java.string\": \"String\"}";
  private static final String CUSTOMER_JSON =
      """
      {"type": "record", "name": "Customer", "fields": [
        {"name": "decisions", "type": "long"},
        {"name": "spent", "type": "double"},
        {"name": "recent", "type": {"type": "array", "items": {"type": "record", "name": "Decision", "fields": [
          {"name": "decision_id", "type": TEXT},
          {"name": "customer_id", "type": TEXT},
          {"name": "event_time", "type": "long"},
          {"name": "merchant_id", "type": TEXT},
          {"name": "amount", "type": "double"},
          {"name": "currency", "type": TEXT},
          {"name": "outcome", "type": TEXT},
          {"name": "policy", "type": TEXT},
          {"name": "checks", "type": {"type": "array", "items": {"type": "record", "name": "Check", "fields": [
            {"name": "name", "type": TEXT},
            {"name": "revision", "type": "int"},
            {"name": "event_time", "type": "long"},
            {"name": "status", "type": TEXT},
            {"name": "score", "type": "double"}]}}},
          {"name": "amount_band", "type": ["null", TEXT]},
          {"name": "decisions", "type": ["null", "long"]},
          {"name": "spent", "type": ["null", "double"]}]}}}]}
      """;
  private static final Schema CUSTOMER =
      new Schema.Parser().parse(CUSTOMER_JSON.replace("TEXT", TEXT));
  private static final Schema DECISION = CUSTOMER.getField("recent").schema().getElementType();
  private static final Schema CHECK = DECISION.getField("checks").schema().getElementType();

  @Override
  public TypeInformation<GenericRecord> decision() {
    return new GenericRecordAvroTypeInfo(DECISION);
  }

  @Override
  public TypeInformation<GenericRecord> customer() {
    return new GenericRecordAvroTypeInfo(CUSTOMER);
  }

  @Override
  public GenericRecord of(Sample sample) {
    List<GenericRecord> checks = new ArrayList<>();
    for (Sample.Check from : sample.checks()) {
      GenericRecord check = new GenericData.Record(CHECK);
      check.put(0, from.name());
      check.put(1, from.revision());
      check.put(2, from.eventTime());
      check.put(3, from.status());
      check.put(4, from.score());
      checks.add(check);
    }
    GenericRecord decision = new GenericData.Record(DECISION);
    decision.put(0, sample.decisionId());
    decision.put(1, sample.customerId());
    decision.put(2, sample.eventTime());
    decision.put(3, sample.merchantId());
    decision.put(4, sample.amount());
    decision.put(5, sample.currency());
    decision.put(6, sample.outcome());
    decision.put(7, sample.policy());
    decision.put(8, checks);
    return decision;
  }

  @Override
  public String customerOf(GenericRecord decision) {
    return (String) decision.get(1);
  }

  @Override
  public String merchantOf(GenericRecord decision) {
    return (String) decision.get(3);
  }

  @Override
  public double amountOf(GenericRecord decision) {
    return (Double) decision.get(4);
  }

  @Override
  public GenericRecord banded(GenericRecord decision, String band) {
    decision.put(9, band);
    return decision;
  }

  @Override
  public GenericRecord counted(GenericRecord known, GenericRecord decision) {
    GenericRecord customer = new GenericData.Record(CUSTOMER);
    customer.put(0, 1 + (known == null ? 0 : (Long) known.get(0)));
    customer.put(1, amountOf(decision) + (known == null ? 0 : (Double) known.get(1)));
    @SuppressWarnings("unchecked")
    List<GenericRecord> recent = known == null ? List.of() : (List<GenericRecord>) known.get(2);
    customer.put(2, Shape.recent(recent, decision));
    return customer;
  }

  @Override
  public GenericRecord told(GenericRecord decision, GenericRecord customer) {
    decision.put(10, customer.get(0));
    decision.put(11, customer.get(1));
    return decision;
  }

  @Override
  public GenericRecord rounded(GenericRecord decision) {
    decision.put(11, Shape.cents((Double) decision.get(11)));
    return decision;
  }
}
