package io.decisionstore.operators.enrich;

import io.decisionstore.operators.expression.Expression;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import io.decisionstore.operators.plan.DecisionEventsPlan.Enrichment;
import io.decisionstore.operators.plan.DecisionEventsPlan.Rule;
import io.decisionstore.operators.plan.PlanField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Conditions over a decision's fields and its use case's enrichments. */
final class Rules {
  private record Compiled(String flag, Expression when) {}

  /**
   * The rules of one use case.
   *
   * @param types of what they see: the plan's fields and the use case's own enrichments
   * @param sources where each of these is, first among the fields, then among the enrichments
   */
  private record UseCase(Map<String, ValueType> types, int[] sources, List<Compiled> rules) {}

  private final int fieldCount;
  private final List<UseCase> useCases;

  /**
   * Compiles the plan's rules.
   *
   * @throws IllegalArgumentException a condition does not compile
   */
  Rules(DecisionEventsPlan plan) {
    fieldCount = plan.fields().size();
    Map<String, UseCase> byName = new HashMap<>();
    for (Rule rule : plan.rules()) {
      UseCase useCase = byName.computeIfAbsent(rule.useCase(), name -> useCase(plan, name));
      Expression when = Expression.compile(rule.when(), useCase.types, ValueType.BOOLEAN);
      useCase.rules.add(new Compiled(rule.useCase() + "." + rule.name(), when));
    }
    useCases = List.copyOf(byName.values());
  }

  /**
   * The flags of the rules that hold, sorted.
   *
   * @param fields the plan's, perhaps with others behind them
   * @param enrichments the plan's
   */
  List<String> flags(Object[] fields, Object[] enrichments) {
    List<String> flags = new ArrayList<>();
    for (UseCase useCase : useCases) {
      Object[] values = values(useCase.sources, fields, enrichments);
      for (Compiled rule : useCase.rules) {
        if (rule.when.matches(values)) {
          flags.add(rule.flag);
        }
      }
    }
    Collections.sort(flags);
    return flags;
  }

  private Object[] values(int[] sources, Object[] fields, Object[] enrichments) {
    Object[] values = new Object[sources.length];
    for (int position = 0; position < values.length; position++) {
      int source = sources[position];
      values[position] = source < fieldCount ? fields[source] : enrichments[source - fieldCount];
    }
    return values;
  }

  private static UseCase useCase(DecisionEventsPlan plan, String useCase) {
    // A field that another use case derives may have the name of an enrichment, which then counts.
    Map<String, ValueType> types = PlanField.types(plan.fields());
    List<String> names = new ArrayList<>(types.keySet());
    Map<String, Integer> sources = new HashMap<>();
    for (int field = 0; field < names.size(); field++) {
      sources.put(names.get(field), field);
    }
    for (int number = 0; number < plan.enrichments().size(); number++) {
      Enrichment enrichment = plan.enrichments().get(number);
      if (enrichment.useCase().equals(useCase)) {
        types.put(enrichment.name(), enrichment.type());
        sources.put(enrichment.name(), names.size() + number);
      }
    }
    int[] inOrder = types.keySet().stream().mapToInt(sources::get).toArray();
    return new UseCase(types, inOrder, new ArrayList<>());
  }
}
