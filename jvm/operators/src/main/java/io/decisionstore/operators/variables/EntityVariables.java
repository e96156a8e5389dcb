package io.decisionstore.operators.variables;

import io.decisionstore.operators.plan.Aggregate;
import io.decisionstore.operators.plan.VariablesPlan;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Keeps the variables of one entity, by the entity's key, and emits its item with every change,
 * also when a window moves on without an event.
 *
 * <p>State of a key: one value with version, clock and a total a variable; and the buckets, one
 * entry a variable and hop. A bucket is removed as a whole by the timer at its end. All of it names
 * its variable, so variables can be added and removed across a savepoint.
 */
final class EntityVariables extends KeyedProcessFunction<String, Row, Row> {
  private static final long serialVersionUID = 1L;

  /** How long the version of an entity without values is kept, against clocks that differ. */
  static final long FORGET_AFTER_MS = 3_600_000;

  private static final TypeInformation<Row> ITEM =
      Types.ROW_NAMED(
          new String[] {"version", "as_of", "totals"},
          Types.LONG,
          Types.LONG,
          Types.LIST(Total.ROW));

  private static final TypeInformation<Row> BUCKET_KEY =
      Types.ROW_NAMED(new String[] {"variable", "bucket"}, Types.STRING, Types.LONG);

  private static final TypeInformation<Row> BUCKET =
      Types.ROW_NAMED(
          new String[] {"count", "sum", "decisions"},
          Types.LONG,
          Types.BIG_DEC,
          Types.LIST(Total.DECISION));

  private final String plan;
  private final String entityName;
  private transient String useCase;
  private transient List<Definition> definitions;
  private transient int arity;
  private transient ValueState<Row> item;
  private transient MapState<Row, Row> buckets;

  // Of the key at hand.
  private transient Map<String, Total> totals;
  private transient long version;
  private transient long now;

  EntityVariables(String plan, String entityName) {
    this.plan = plan;
    this.entityName = entityName;
  }

  @Override
  public void open(OpenContext context) {
    VariablesPlan.Entity entity = VariablesPlan.read(plan).entity(entityName);
    useCase = entity.useCase();
    definitions = Definition.of(entity);
    arity = ItemRows.of(entity).getArity();
    item = getRuntimeContext().getState(new ValueStateDescriptor<>("item", ITEM));
    buckets =
        getRuntimeContext().getMapState(new MapStateDescriptor<>("buckets", BUCKET_KEY, BUCKET));
  }

  @Override
  public void processElement(Row change, Context context, Collector<Row> out) throws Exception {
    load(context.timerService().currentProcessingTime());
    Row before = (Row) change.getField(Contributions.BEFORE);
    Row after = (Row) change.getField(Contributions.AFTER);
    for (Definition definition : definitions) {
      if (before != null) {
        apply(definition, before, -1, context.timerService());
      }
      if (after != null) {
        apply(definition, after, 1, context.timerService());
      }
    }
    emit(context.getCurrentKey(), context.timerService(), out);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Row> out) throws Exception {
    Row known = item.value();
    if (known == null) {
      return;
    }
    long asOf = (Long) known.getField(1);
    load(Math.max(time, context.timerService().currentProcessingTime()));
    boolean changed = false;
    for (Definition definition : definitions) {
      Long ended = definition.bucketEndingAt(time);
      changed |= ended != null && expire(definition, ended);
    }
    if (changed) {
      emit(context.getCurrentKey(), context.timerService(), out);
    } else if (isEmpty() && now >= asOf + FORGET_AFTER_MS) {
      item.clear();
      buckets.clear();
    }
  }

  /** Reads the state of the key; what belongs to variables that are declared no more is removed. */
  private void load(long wallClock) throws Exception {
    totals = new HashMap<>();
    definitions.forEach(definition -> totals.put(definition.id(), new Total()));
    version = 0;
    now = wallClock;
    Row known = item.value();
    if (known == null) {
      return;
    }
    version = (Long) known.getField(0);
    now =
        Math.max(
            now, (Long) known.getField(1)); // what has expired stays so if the clock is set back
    boolean undeclared = false;
    for (Row total : list(known, 2)) {
      undeclared |= totals.replace((String) total.getField(0), Total.from(total)) == null;
    }
    if (undeclared) {
      for (Iterator<Row> keys = buckets.keys().iterator(); keys.hasNext(); ) {
        if (!totals.containsKey((String) keys.next().getField(0))) {
          keys.remove();
        }
      }
    }
  }

  /** Adds a contribution to a variable (sign 1), or takes it back (-1). */
  private void apply(Definition definition, Row contribution, int sign, TimerService timers)
      throws Exception {
    Row value = valueOf(definition, contribution);
    if (value == null) {
      return;
    }
    long eventTime = (Long) contribution.getField(1);
    long bucket = definition.bucket(eventTime);
    long end = definition.end(bucket);
    if (end <= now) {
      return; // its bucket is gone, or goes as a whole with the timer that is due
    }
    Total total = totals.get(definition.id());
    boolean isLast = definition.aggregate() == Aggregate.LAST;
    if (sign < 0 && total.count == 0) {
      return; // it was not counted: the variable was declared later
    }
    if (definition.windowMs() == null && !isLast) {
      total.add(sign, number(definition, value, sign)); // nothing expires: no buckets
      return;
    }
    Row key = Row.of(definition.id(), bucket);
    Row known = buckets.get(key);
    if (known == null && sign < 0) {
      return; // it was not counted: the variable was declared later
    }
    List<Row> decisions = new ArrayList<>(known == null ? List.of() : list(known, 2));
    if (isLast) {
      Row decision = Row.of(eventTime, contribution.getField(0), value.getField(1));
      if (!changed(decisions, decision, sign)) {
        return;
      }
    }
    BigDecimal number = number(definition, value, sign);
    long count = (known == null ? 0 : (Long) known.getField(0)) + sign;
    BigDecimal sum = known == null ? number : ((BigDecimal) known.getField(1)).add(number);
    total.add(sign, number);
    if (count <= 0) {
      buckets.remove(key);
    } else {
      buckets.put(key, Row.of(count, sum, decisions));
    }
    if (known == null && end != Long.MAX_VALUE) {
      timers.registerProcessingTimeTimer(end);
    }
    if (isLast) {
      updateLast(
          definition, total, Row.of(eventTime, contribution.getField(0), value.getField(1)), sign);
    }
  }

  private static Row valueOf(Definition definition, Row contribution) {
    for (Row value : list(contribution, 2)) {
      if (definition.id().equals(value.getField(0))) {
        return value;
      }
    }
    return null;
  }

  private static BigDecimal number(Definition definition, Row value, int sign) {
    if (definition.aggregate() != Aggregate.SUM) {
      return BigDecimal.ZERO;
    }
    BigDecimal exact = Cells.exact(list(value, 1).get(0));
    return sign < 0 ? exact.negate() : exact;
  }

  /**
   * Adds or removes a decision of an ordered list; whether that changed the number of decisions.
   */
  private static boolean changed(List<Row> decisions, Row decision, int sign) {
    int found = Collections.binarySearch(decisions, decision, Total::compare);
    if (sign > 0 && found < 0) {
      decisions.add(-found - 1, decision);
      return true;
    }
    if (sign < 0 && found >= 0) {
      decisions.remove(found);
      return true;
    }
    return false;
  }

  private void updateLast(Definition definition, Total total, Row decision, int sign)
      throws Exception {
    if (sign > 0) {
      if (total.last == null || Total.compare(decision, total.last) > 0) {
        total.last = decision;
      }
    } else if (total.last != null && Total.compare(decision, total.last) == 0) {
      total.last = newest(definition);
    }
  }

  /** Looks through the buckets: only after the newest decision was taken back. */
  private Row newest(Definition definition) throws Exception {
    Row newest = null;
    for (Row key : buckets.keys()) {
      boolean later = newest == null || (Long) key.getField(1) > (Long) newest.getField(1);
      if (definition.id().equals(key.getField(0)) && later) {
        newest = key;
      }
    }
    if (newest == null) {
      return null;
    }
    List<Row> decisions = list(buckets.get(newest), 2);
    return decisions.get(decisions.size() - 1);
  }

  private boolean expire(Definition definition, long bucket) throws Exception {
    Row key = Row.of(definition.id(), bucket);
    Row ended = buckets.get(key);
    if (ended == null) {
      return false;
    }
    buckets.remove(key);
    Total total = totals.get(definition.id());
    total.add(-(Long) ended.getField(0), ((BigDecimal) ended.getField(1)).negate());
    if (total.last != null && definition.bucket((Long) total.last.getField(0)) == bucket) {
      total.last = newest(definition);
    }
    return true;
  }

  private boolean isEmpty() {
    return totals.values().stream().allMatch(Total::isEmpty);
  }

  private void emit(String entity, TimerService timers, Collector<Row> out) throws Exception {
    version = Math.max(version + 1, Math.multiplyExact(now, 1_000L));
    List<Row> stored = new ArrayList<>();
    Row emitted = new Row(arity);
    emitted.setField(ItemRows.ENTITY, entity);
    emitted.setField(ItemRows.USE_CASE, useCase);
    emitted.setField(ItemRows.VERSION, version);
    emitted.setField(ItemRows.AS_OF, now);
    int position = ItemRows.FIRST_ATTRIBUTE;
    for (Definition definition : definitions) {
      Total total = totals.get(definition.id());
      stored.add(total.row(definition.id()));
      position = total.write(definition, emitted, position);
    }
    item.update(Row.of(version, now, stored));
    if (isEmpty()) {
      timers.registerProcessingTimeTimer(now + FORGET_AFTER_MS);
    }
    out.collect(emitted);
  }

  @SuppressWarnings("unchecked") // as the types of the states and edges declare it
  private static List<Row> list(Row row, int position) {
    return (List<Row>) row.getField(position);
  }
}
