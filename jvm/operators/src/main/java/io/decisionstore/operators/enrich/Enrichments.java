package io.decisionstore.operators.enrich;

import io.decisionstore.operators.aggregate.Arguments;
import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;
import io.decisionstore.operators.plan.DecisionEventsPlan.Enrichment;
import io.decisionstore.operators.plan.PlanField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Enrichments over the same fields: what a decision contributes to them, and what they are as of a
 * decision. Not for several threads.
 */
final class Enrichments {
  private final List<Enrichment> declared;
  private final int[] ids; // ascending, as they stand in the state
  private final List<Contribution> contributions; // of each id
  private final List<int[]> readers = new ArrayList<>(); // the enrichments of each contribution

  /**
   * Compiles what is declared.
   *
   * @param declared what is looked up, in the order of {@link #asOf}'s values
   * @throws IllegalArgumentException an expression does not compile, or the ids of two
   *     contributions are the same by chance
   */
  Enrichments(List<Enrichment> declared, List<PlanField> fields) {
    this.declared = declared;
    ContributionIds byMeaning = new ContributionIds(fields);
    contributions = new ArrayList<>();
    for (int enrichment = 0; enrichment < declared.size(); enrichment++) {
      Gathering.of(declared.get(enrichment)); // refused now if there is no such aggregate
      byMeaning.add(declared.get(enrichment), enrichment);
    }
    ids = byMeaning.byId().keySet().stream().mapToInt(Integer::intValue).toArray();
    byMeaning
        .byId()
        .forEach(
            (id, enrichments) -> {
              contributions.add(new Contribution(id, declared.get(enrichments.get(0)), fields));
              readers.add(enrichments.stream().mapToInt(Integer::intValue).toArray());
            });
  }

  /** Writes what a decision of these fields contributes, as the state keeps it. */
  void write(Object[] fields, ByteWriter out) {
    contributions.forEach(contribution -> contribution.write(fields, out));
  }

  /**
   * The values as of a decision, of other decisions strictly before it.
   *
   * @param past what is known
   * @param itself where the decision is; -1 when it is not there
   * @param time of the decision
   * @param fields of the decision
   * @return in the order declared; null where there is no value
   */
  Object[] asOf(PastDecisions past, int itself, long time, Object[] fields) {
    Gathering[] gatherings = declared.stream().map(Gathering::of).toArray(Gathering[]::new);
    byte[][] same = new byte[contributions.size()][];
    for (int number = 0; number < same.length; number++) {
      same[number] = contributions.get(number).same(fields);
    }
    int[] begins = new int[declared.size()];
    for (int enrichment = 0; enrichment < begins.length; enrichment++) {
      Long window = declared.get(enrichment).windowMs();
      begins[enrichment] = window == null ? 0 : past.until(time - window);
    }
    int end = past.until(time - 1);
    int begin = Arrays.stream(begins).min().orElse(end);
    ByteReader in = new ByteReader(past.bytes());
    for (int decision = begin; decision < end; decision++) {
      if (decision != itself) {
        past.readContributions(decision, in);
        gather(in, decision, same, begins, gatherings);
      }
    }
    return Arrays.stream(gatherings).map(Gathering::value).toArray();
  }

  private void gather(
      ByteReader in, int decision, byte[][] same, int[] begins, Gathering[] gatherings) {
    int number = 0;
    while (in.hasMore()) {
      int id = in.fourBytes();
      int length = (int) in.unsigned();
      int end = in.position() + length;
      while (number < same.length && ids[number] < id) {
        number++;
      }
      if (number < same.length && ids[number] == id) {
        add(in, end, decision, number, same[number], begins, gatherings);
      }
      in.skip(end - in.position());
    }
  }

  private void add(
      ByteReader in,
      int end,
      int decision,
      int number,
      byte[] same,
      int[] begins,
      Gathering[] gatherings) {
    int value = in.position();
    if (contributions.get(number).hasArgument()) {
      Arguments.skip(in);
    }
    if (!Arrays.equals(in.bytes(), in.position(), end, same, 0, same.length)) {
      return;
    }
    for (int enrichment : readers.get(number)) {
      if (decision >= begins[enrichment]) {
        gatherings[enrichment].add(in.bytes(), value);
      }
    }
  }
}
