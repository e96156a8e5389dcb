package io.decisionstore.bench.serialization;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * In what form decisions travel and customers are kept; the work is the same in all.
 *
 * @param <D> a decision: nine fields of {@link Sample}, and three that the pipeline adds
 * @param <C> a customer: number of decisions, amount, the newest five decisions, oldest first
 */
interface Shape<D, C> extends Serializable {
  /** How many decisions of a customer are kept. */
  int RECENT = 5;

  TypeInformation<D> decision();

  TypeInformation<C> customer();

  D of(Sample sample);

  String customerOf(D decision);

  String merchantOf(D decision);

  double amountOf(D decision);

  /** Adds the band of the amount. */
  D banded(D decision, String band);

  /**
   * The customer with one more decision.
   *
   * @param known null before the first
   */
  C counted(C known, D decision);

  /** Adds the customer's number of decisions and amount. */
  D told(D decision, C customer);

  /** Rounds the amount that was added last. */
  D rounded(D decision);

  /** The newest decisions, one more among them. */
  static <T> List<T> recent(List<T> known, T decision) {
    List<T> recent = new ArrayList<>(RECENT);
    recent.addAll(known.size() < RECENT ? known : known.subList(1, RECENT));
    recent.add(decision);
    return recent;
  }

  static double cents(double amount) {
    return Math.rint(amount * 100) / 100;
  }
}
