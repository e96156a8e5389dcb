package io.decisionstore.bench.serialization;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Flink POJOs: public, with a constructor without arguments and fields of known types. */
final class PojoShape implements Shape<PojoShape.Decision, PojoShape.Customer> {
  private static final long serialVersionUID = 1;

  /** A decision. */
  public static final class Decision {
    public String decisionId;
    public String customerId;
    public long eventTime;
    public String merchantId;
    public double amount;
    public String currency;
    public String outcome;
    public String policy;
    public List<Check> checks;
    public String amountBand;
    public Long decisions;
    public Double spent;

    public Decision() {}
  }

  /** A check of it. */
  public static final class Check {
    public String name;
    public int revision;
    public long eventTime;
    public String status;
    public double score;

    public Check() {}
  }

  /** A customer. */
  public static final class Customer {
    public long decisions;
    public double spent;
    public List<Decision> recent = List.of();

    public Customer() {}
  }

  @Override
  public TypeInformation<Decision> decision() {
    return TypeInformation.of(Decision.class);
  }

  @Override
  public TypeInformation<Customer> customer() {
    return TypeInformation.of(Customer.class);
  }

  @Override
  public Decision of(Sample sample) {
    Decision decision = new Decision();
    decision.decisionId = sample.decisionId();
    decision.customerId = sample.customerId();
    decision.eventTime = sample.eventTime();
    decision.merchantId = sample.merchantId();
    decision.amount = sample.amount();
    decision.currency = sample.currency();
    decision.outcome = sample.outcome();
    decision.policy = sample.policy();
    decision.checks = new ArrayList<>();
    for (Sample.Check from : sample.checks()) {
      Check check = new Check();
      check.name = from.name();
      check.revision = from.revision();
      check.eventTime = from.eventTime();
      check.status = from.status();
      check.score = from.score();
      decision.checks.add(check);
    }
    return decision;
  }

  @Override
  public String customerOf(Decision decision) {
    return decision.customerId;
  }

  @Override
  public String merchantOf(Decision decision) {
    return decision.merchantId;
  }

  @Override
  public double amountOf(Decision decision) {
    return decision.amount;
  }

  @Override
  public Decision banded(Decision decision, String band) {
    decision.amountBand = band;
    return decision;
  }

  @Override
  public Customer counted(Customer known, Decision decision) {
    Customer customer = known == null ? new Customer() : known;
    customer.decisions++;
    customer.spent += decision.amount;
    customer.recent = Shape.recent(customer.recent, decision);
    return customer;
  }

  @Override
  public Decision told(Decision decision, Customer customer) {
    decision.decisions = customer.decisions;
    decision.spent = customer.spent;
    return decision;
  }

  @Override
  public Decision rounded(Decision decision) {
    decision.spent = Shape.cents(decision.spent);
    return decision;
  }
}
