package io.decisionstore.operators.aggregate;

import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import java.util.List;

/**
 * A variable as its state knows it.
 *
 * @param id a digest of its declaration: state of another declaration is not its own
 * @param limit of last_k, how many are kept; of distinct, up to how many values it is exact
 * @param type of its value
 * @param attributes of its item, in the order of the arguments
 */
public record Definition(
    int id, Aggregate aggregate, int limit, Hops hops, ValueType type, List<String> attributes) {

  /** Whether a decision whose argument is null does not count. */
  public boolean ignoresNull() {
    return switch (aggregate) {
      case SUM, AVG, MIN, MAX, DISTINCT -> true;
      case COUNT, FIRST, LAST, LAST_K -> false;
    };
  }
}
