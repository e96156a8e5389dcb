package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.Overflow;
import java.util.Iterator;
import java.util.Map;
import java.util.function.IntPredicate;

/** The overflow of the entity at hand, over whatever keeps its entries. */
abstract class OverflowEntries implements Overflow {
  /** All entries of the entity; the iterator can remove. */
  abstract Iterator<Map.Entry<OverflowKey, byte[]>> entries();

  /** Called after entries may have been removed by the iterator. */
  abstract void swept();

  @Override
  public void retain(IntPredicate variables) {
    for (Iterator<Map.Entry<OverflowKey, byte[]>> all = entries(); all.hasNext(); ) {
      if (!variables.test(all.next().getKey().variable())) {
        all.remove();
      }
    }
    swept();
  }
}
