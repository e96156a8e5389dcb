package io.decisionstore.operators.enrich;

import io.decisionstore.operators.plan.DecisionEventsPlan.Enrichment;
import io.decisionstore.operators.plan.PlanArgument;
import io.decisionstore.operators.plan.PlanField;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ids under which the state keeps what decisions contribute: a digest of condition, argument
 * and fields that must be the same, and of the definitions of all fields these name.
 *
 * <p>So what was kept is found again for as long as it means the same, whatever else is declared.
 */
final class ContributionIds {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Map<String, PlanField> fields = new HashMap<>();
  private final Map<Integer, String> meanings = new HashMap<>();
  private final SortedMap<Integer, List<Integer>> byId = new TreeMap<>();

  ContributionIds(List<PlanField> fields) {
    fields.forEach(field -> this.fields.put(field.name(), field));
  }

  /**
   * Adds an enrichment under a number.
   *
   * @throws IllegalArgumentException its id is that of another meaning
   */
  void add(Enrichment enrichment, int number) {
    String meaning = meaning(enrichment);
    int id = ByteBuffer.wrap(Contribution.digest(meaning)).getInt();
    String known = meanings.putIfAbsent(id, meaning);
    if (known != null && !known.equals(meaning)) {
      throw new IllegalArgumentException(
          "The state could not tell %s.%s from another enrichment: change its condition, for example to (%s) == true."
              .formatted(enrichment.useCase(), enrichment.name(), enrichment.where()));
    }
    byId.computeIfAbsent(id, unused -> new ArrayList<>()).add(number);
  }

  /** The numbers of the enrichments that share each id. */
  SortedMap<Integer, List<Integer>> byId() {
    return Collections.unmodifiableSortedMap(byId);
  }

  /** Changing this text forgets what is known of every customer: it is part of the state. */
  private String meaning(Enrichment enrichment) {
    StringBuilder text = new StringBuilder();
    text.append("where ").append(enrichment.where()).append('\n');
    for (PlanArgument argument : enrichment.arguments()) {
      text.append(argument.type()).append(' ').append(argument.expression()).append('\n');
    }
    text.append("same ").append(enrichment.same()).append('\n');
    SortedMap<String, String> definitions = new TreeMap<>();
    define(text.toString(), definitions);
    definitions.forEach((name, definition) -> text.append(name).append(' ').append(definition));
    return text.toString();
  }

  private void define(String text, Map<String, String> definitions) {
    Matcher names = NAME.matcher(text);
    while (names.find()) {
      PlanField field = fields.get(names.group());
      if (field != null && !definitions.containsKey(field.name())) {
        boolean derived = field.expression() != null;
        String definition = derived ? "= " + field.expression() : "at " + field.path();
        definitions.put(field.name(), field.type() + " " + definition + "\n");
        if (derived) {
          define(field.expression(), definitions);
        }
      }
    }
  }
}
