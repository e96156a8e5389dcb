package io.decisionstore.bench.serialization;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Ordinary immutable classes, as good Java has them. Flink cannot take them for POJOs and falls
 * back to Kryo, of which nobody is told but the log.
 */
class ClassShape implements Shape<ClassShape.Decision, ClassShape.Customer> {
  private static final long serialVersionUID = 1;

  /** A decision. */
  static final class Decision {
    final String decisionId;
    final String customerId;
    final long eventTime;
    final String merchantId;
    final double amount;
    final String currency;
    final String outcome;
    final String policy;
    final List<Check> checks;
    final String amountBand;
    final Long decisions;
    final Double spent;

    Decision(
        String decisionId,
        String customerId,
        long eventTime,
        String merchantId,
        double amount,
        String currency,
        String outcome,
        String policy,
        List<Check> checks,
        String amountBand,
        Long decisions,
        Double spent) {
      this.decisionId = decisionId;
      this.customerId = customerId;
      this.eventTime = eventTime;
      this.merchantId = merchantId;
      this.amount = amount;
      this.currency = currency;
      this.outcome = outcome;
      this.policy = policy;
      this.checks = checks;
      this.amountBand = amountBand;
      this.decisions = decisions;
      this.spent = spent;
    }

    private Decision with(String amountBand, Long decisions, Double spent) {
      return new Decision(
          decisionId,
          customerId,
          eventTime,
          merchantId,
          amount,
          currency,
          outcome,
          policy,
          checks,
          amountBand,
          decisions,
          spent);
    }
  }

  /** A check of it. */
  static final class Check {
    final String name;
    final int revision;
    final long eventTime;
    final String status;
    final double score;

    Check(String name, int revision, long eventTime, String status, double score) {
      this.name = name;
      this.revision = revision;
      this.eventTime = eventTime;
      this.status = status;
      this.score = score;
    }
  }

  /** A customer. */
  static final class Customer {
    final long decisions;
    final double spent;
    final List<Decision> recent;

    Customer(long decisions, double spent, List<Decision> recent) {
      this.decisions = decisions;
      this.spent = spent;
      this.recent = recent;
    }
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
    List<Check> checks = new ArrayList<>();
    for (Sample.Check check : sample.checks()) {
      checks.add(
          new Check(
              check.name(), check.revision(), check.eventTime(), check.status(), check.score()));
    }
    return new Decision(
        sample.decisionId(),
        sample.customerId(),
        sample.eventTime(),
        sample.merchantId(),
        sample.amount(),
        sample.currency(),
        sample.outcome(),
        sample.policy(),
        checks,
        null,
        null,
        null);
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
    return decision.with(band, null, null);
  }

  @Override
  public Customer counted(Customer known, Decision decision) {
    long decisions = known == null ? 0 : known.decisions;
    double spent = known == null ? 0 : known.spent;
    List<Decision> recent = known == null ? List.of() : known.recent;
    return new Customer(decisions + 1, spent + decision.amount, Shape.recent(recent, decision));
  }

  @Override
  public Decision told(Decision decision, Customer customer) {
    return decision.with(decision.amountBand, customer.decisions, customer.spent);
  }

  @Override
  public Decision rounded(Decision decision) {
    return decision.with(decision.amountBand, decision.decisions, Shape.cents(decision.spent));
  }
}
