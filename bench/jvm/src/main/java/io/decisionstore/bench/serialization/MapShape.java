package io.decisionstore.bench.serialization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/** Maps by name, as a JSON parser gives them: generic types, so Kryo. */
@SuppressWarnings("rawtypes")
final class MapShape implements Shape<Map, Map> {
  private static final long serialVersionUID = 1;

  @Override
  public TypeInformation<Map> decision() {
    return Types.GENERIC(Map.class);
  }

  @Override
  public TypeInformation<Map> customer() {
    return Types.GENERIC(Map.class);
  }

  @Override
  public Map of(Sample sample) {
    List<Map<String, Object>> checks = new ArrayList<>();
    for (Sample.Check from : sample.checks()) {
      Map<String, Object> check = new HashMap<>();
      check.put("name", from.name());
      check.put("revision", from.revision());
      check.put("event_time", from.eventTime());
      check.put("status", from.status());
      check.put("score", from.score());
      checks.add(check);
    }
    Map<String, Object> decision = new HashMap<>();
    decision.put("decision_id", sample.decisionId());
    decision.put("customer_id", sample.customerId());
    decision.put("event_time", sample.eventTime());
    decision.put("merchant_id", sample.merchantId());
    decision.put("amount", sample.amount());
    decision.put("currency", sample.currency());
    decision.put("outcome", sample.outcome());
    decision.put("policy", sample.policy());
    decision.put("checks", checks);
    return decision;
  }

  @Override
  public String customerOf(Map decision) {
    return (String) decision.get("customer_id");
  }

  @Override
  public String merchantOf(Map decision) {
    return (String) decision.get("merchant_id");
  }

  @Override
  public double amountOf(Map decision) {
    return (Double) decision.get("amount");
  }

  @Override
  public Map banded(Map decision, String band) {
    return with(decision, "amount_band", band);
  }

  @Override
  public Map counted(Map known, Map decision) {
    long decisions = known == null ? 0 : (Long) known.get("decisions");
    double spent = known == null ? 0 : (Double) known.get("spent");
    Map<String, Object> customer = new HashMap<>();
    customer.put("decisions", decisions + 1);
    customer.put("spent", spent + amountOf(decision));
    @SuppressWarnings("unchecked")
    List<Map> recent = known == null ? List.of() : (List<Map>) known.get("recent");
    customer.put("recent", Shape.recent(recent, decision));
    return customer;
  }

  @Override
  public Map told(Map decision, Map customer) {
    with(decision, "decisions", customer.get("decisions"));
    return with(decision, "spent", customer.get("spent"));
  }

  @Override
  public Map rounded(Map decision) {
    return with(decision, "spent", Shape.cents((Double) decision.get("spent")));
  }

  @SuppressWarnings("unchecked")
  private static Map with(Map decision, String name, Object value) {
    decision.put(name, value);
    return decision;
  }
}
