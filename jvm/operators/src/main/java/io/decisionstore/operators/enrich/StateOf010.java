package io.decisionstore.operators.enrich;

import io.decisionstore.operators.aggregate.ByteWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/**
 * What release 0.1.0 kept of a customer: a map of decisions. It becomes {@link PastDecisions} when
 * the customer's next decision comes.
 */
final class StateOf010 {
  private static final TypeInformation<Row> DECISION =
      Types.ROW_NAMED(
          new String[] {"event_time", "revision", "outcome", "amount"},
          Types.LONG,
          Types.INT,
          Types.STRING,
          Types.DOUBLE);

  private StateOf010() {}

  static MapStateDescriptor<String, Row> descriptor() {
    return new MapStateDescriptor<>("decisions", Types.STRING, DECISION);
  }

  /**
   * Takes what is there out of the state.
   *
   * @param history what decisions contribute to, over {@link History#FIELDS}; they have nothing
   *     else
   */
  static PastDecisions take(MapState<String, Row> decisions, Enrichments history) throws Exception {
    List<Map.Entry<String, Row>> inOrder = new ArrayList<>();
    decisions.entries().forEach(inOrder::add);
    if (inOrder.isEmpty()) {
      return PastDecisions.NONE;
    }
    inOrder.sort(
        Comparator.comparing((Map.Entry<String, Row> entry) -> (Long) entry.getValue().getField(0))
            .thenComparing(Map.Entry::getKey));
    ByteWriter past = new ByteWriter();
    ByteWriter contributions = new ByteWriter();
    past.oneByte(PastDecisions.VERSION);
    for (Map.Entry<String, Row> entry : inOrder) {
      Row decision = entry.getValue();
      contributions.clear();
      history.write(new Object[] {decision.getField(2), decision.getField(3)}, contributions);
      long time = (Long) decision.getField(0);
      int revision = (Integer) decision.getField(1);
      PastDecisions.append(past, entry.getKey(), time, revision, contributions);
    }
    decisions.clear();
    return PastDecisions.of(past.copy());
  }
}
