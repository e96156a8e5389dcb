package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SET a = :x, b = :y and ADD c :n: what a sink updates items with. */
final class UpdateExpression {
  private static final Pattern CLAUSE =
      Pattern.compile(
          "\\G\\s*(?i:(SET|ADD))\\s+(.+?)\\s*(?=(?i:\\s(?:SET|ADD)\\s)|$)", Pattern.DOTALL);
  private static final Pattern SET = Pattern.compile("\\s*([#\\w]\\w*)\\s*=\\s*(:\\w+)\\s*");
  private static final Pattern ADD = Pattern.compile("\\s*([#\\w]\\w*)\\s+(:\\w+)\\s*");

  private record Action(boolean adds, String name, JsonNode value) {}

  private final List<Action> actions = new ArrayList<>();

  private UpdateExpression() {}

  static UpdateExpression parse(String expression, Placeholders placeholders, TableSchema schema) {
    UpdateExpression parsed = new UpdateExpression();
    Matcher clauses = CLAUSE.matcher(expression);
    Set<String> seen = new LinkedHashSet<>();
    int end = 0;
    while (clauses.find()) {
      boolean adds = clauses.group(1).toUpperCase(Locale.ROOT).equals("ADD");
      for (String action : clauses.group(2).split(",", -1)) {
        Matcher found = (adds ? ADD : SET).matcher(action);
        if (!found.matches()) {
          throw misunderstood(expression);
        }
        String name = placeholders.name(found.group(1));
        if (!seen.add(name)) {
          throw ServiceException.invalid(
              "Invalid UpdateExpression: Two document paths overlap with each other; must remove or"
                  + " rewrite one of these paths; path one: ["
                  + name
                  + "], path two: ["
                  + name
                  + "]");
        }
        if (schema.keys().stream().anyMatch(key -> key.attribute().equals(name))) {
          throw ServiceException.invalid(
              "One or more parameter values were invalid: Cannot update attribute "
                  + name
                  + ". This attribute is part of the key");
        }
        parsed.actions.add(new Action(adds, name, placeholders.value(found.group(2))));
      }
      end = clauses.end();
    }
    if (end != expression.length() || parsed.actions.isEmpty()) {
      throw misunderstood(expression);
    }
    return parsed;
  }

  void apply(ObjectNode item) {
    for (Action action : actions) {
      item.set(
          action.name(),
          action.adds() ? sum(item.get(action.name()), action.value()) : action.value());
    }
  }

  private static JsonNode sum(JsonNode old, JsonNode added) {
    String type = added.fieldNames().next();
    if (!Set.of("N", "SS", "NS", "BS").contains(type)) {
      throw ServiceException.invalid(
          "Invalid UpdateExpression: Incorrect operand type for operator or function; operator:"
              + " ADD, operand type: "
              + type);
    }
    if (old == null) {
      return added;
    }
    if (!old.has(type)) {
      throw ServiceException.invalid(
          "An operand in the update expression has an incorrect data type");
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    if (type.equals("N")) {
      String sum =
          Condition.number(old).add(Condition.number(added)).stripTrailingZeros().toPlainString();
      return result.put("N", sum);
    }
    Set<JsonNode> union = new LinkedHashSet<>();
    old.get(type).forEach(union::add);
    added.get(type).forEach(union::add);
    ArrayNode elements = result.putArray(type);
    union.forEach(elements::add);
    return result;
  }

  private static ServiceException misunderstood(String expression) {
    return ServiceException.invalid(
        "The scripted table does not understand the UpdateExpression " + expression);
  }
}
