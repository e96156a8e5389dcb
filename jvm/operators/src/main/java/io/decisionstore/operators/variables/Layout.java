package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.Definition;
import io.decisionstore.operators.aggregate.Hops;
import io.decisionstore.operators.plan.PlanArgument;
import io.decisionstore.operators.plan.PlanField;
import io.decisionstore.operators.plan.VariablesPlan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What state knows of a plan: its entities and variables by ids that stay the same from plan to
 * plan. An id is four bytes of a digest of all that the values depend on.
 */
final class Layout {
  /** Names in CEL, and texts, in which a name is none. */
  private static final Pattern NAMES =
      Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|([A-Za-z_][A-Za-z0-9_]*)");

  /**
   * One use case's variables under one key.
   *
   * @param id of use case and key
   * @param fingerprint of the variables: whether an item is of this plan
   */
  record OfEntity(int id, String useCase, List<Definition> variables, int fingerprint) {

    /** Whether it matters to its state when a decision came last, though it says what it said. */
    boolean remembersArrivals() {
      return variables.stream().anyMatch(Definition::isRankedForEver);
    }
  }

  private final List<OfEntity> entities = new ArrayList<>();
  private final Map<Integer, OfEntity> byId = new HashMap<>();
  private final Map<String, PlanField> derived = new LinkedHashMap<>();

  /**
   * A layout.
   *
   * @throws IllegalArgumentException two ids are equal, by a chance of one in some millions
   */
  Layout(VariablesPlan plan) {
    plan.fields().stream()
        .filter(field -> field.expression() != null)
        .forEach(field -> derived.put(field.name(), field));
    Map<Integer, String> taken = new HashMap<>();
    for (VariablesPlan.Entity entity : plan.entities()) {
      OfEntity known = of(entity, plan.retentionMs());
      entities.add(known);
      byId.put(known.id, known);
      claim(taken, known.id, "the key of " + entity.name());
      for (int at = 0; at < known.variables.size(); at++) {
        String name = "variable " + entity.variables().get(at).name() + " of " + entity.name();
        claim(taken, known.variables.get(at).id(), name);
      }
    }
  }

  private static void claim(Map<Integer, String> taken, int id, String name) {
    String other = taken.put(id, name);
    if (other != null) {
      throw new IllegalArgumentException(
          "By chance %s and %s have the same id in the state. Raise the version of one variable."
              .formatted(other, name));
    }
  }

  private OfEntity of(VariablesPlan.Entity entity, long retentionMs) {
    StringBuilder names = field(new StringBuilder("entity;"), entity.useCase());
    entity.key().forEach(part -> field(names, part.name()));
    List<Definition> variables = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (VariablesPlan.Variable variable : entity.variables()) {
      int id = digest(canonical(entity, variable));
      variables.add(
          new Definition(
              id,
              variable.aggregate(),
              variable.limit() == null ? 0 : variable.limit(),
              new Hops(variable.windowMs(), variable.hopMs()),
              variable.type(),
              List.copyOf(variable.attributes().keySet()),
              retentionMs));
      all.append(id).append(',');
    }
    return new OfEntity(
        digest(names.toString()), entity.useCase(), List.copyOf(variables), digest(all.toString()));
  }

  List<OfEntity> entities() {
    return entities;
  }

  /** By its id; null when the plan has it no more. */
  OfEntity entity(int id) {
    return byId.get(id);
  }

  /** What the state depends on, in a form that is ours to keep: another text is another state. */
  private String canonical(VariablesPlan.Entity entity, VariablesPlan.Variable variable) {
    StringBuilder text = field(new StringBuilder("variable;"), entity.useCase());
    TreeSet<String> used = new TreeSet<>();
    for (VariablesPlan.Key key : entity.key()) {
      field(field(text, key.name()), key.expression());
      addDerived(key.expression(), used);
    }
    field(field(text.append(';'), variable.name()), variable.version());
    field(text, variable.aggregate().name());
    for (PlanArgument argument : variable.arguments()) {
      field(field(text, argument.name()), argument.expression());
      field(text, argument.type().name());
      addDerived(argument.expression(), used);
    }
    field(field(text.append(';'), variable.where()), variable.windowMs());
    if (variable.windowMs() != null) {
      field(text, variable.hopMs());
    }
    if (variable.where() != null) {
      addDerived(variable.where(), used);
    }
    field(field(text, variable.type().name()), variable.limit());
    used.forEach(name -> field(field(text, name), derived.get(name).expression()));
    return text.toString();
  }

  /** The derived fields an expression names, and those that they name. */
  private void addDerived(String expression, TreeSet<String> used) {
    Matcher names = NAMES.matcher(expression);
    while (names.find()) {
      String name = names.group(1);
      if (name != null && derived.containsKey(name) && used.add(name)) {
        addDerived(derived.get(name).expression(), used);
      }
    }
  }

  /** A value with its length before it, so that no two declarations meet; null is its own. */
  private static StringBuilder field(StringBuilder text, Object value) {
    if (value == null) {
      return text.append("-,");
    }
    String string = value.toString();
    return text.append(string.length()).append(':').append(string).append(',');
  }

  private static int digest(String declaration) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return ByteBuffer.wrap(digest.digest(declaration.getBytes(StandardCharsets.UTF_8))).getInt();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has SHA-256
    }
  }
}
