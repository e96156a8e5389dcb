package io.decisionstore.operators.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every accumulator under random histories, against all decisions in a list. */
class AccumulatorTest {
  private static final int SEEDS = 1_500;
  private static final long DAY = 86_400_000;
  private static final long RETENTION_DAYS = 30;

  private record Counted(long time, String id, Object value, Object second, long came) {}

  @ParameterizedTest
  @EnumSource(Aggregate.class)
  void valuesAreThoseOfTheDecisionsThatCount(Aggregate aggregate) {
    for (int seed = 0; seed < SEEDS; seed++) {
      new History(aggregate, seed).play();
    }
  }

  private static final class History {
    private final int seed;
    private final Random random;
    private final Definition definition;
    private final boolean isText;
    private final boolean isPair;
    private final List<Counted> all = new ArrayList<>();
    private final Entries overflow = new Entries();
    private Accumulator accumulator;
    private long now = 1_000_000;
    private Object[] values;
    private Object marked;
    private final List<Long> arrivals = new ArrayList<>();
    private long touched;

    History(Aggregate aggregate, int seed) {
      this.seed = seed;
      random = new Random(seed);
      boolean isRanked =
          aggregate == Aggregate.FIRST
              || aggregate == Aggregate.LAST
              || aggregate == Aggregate.LAST_K;
      isText = (isRanked || aggregate == Aggregate.DISTINCT) && random.nextBoolean();
      isPair = isRanked && random.nextBoolean();
      boolean isWhole =
          aggregate == Aggregate.COUNT
              || aggregate == Aggregate.DISTINCT
              || (aggregate != Aggregate.AVG && random.nextBoolean());
      definition =
          new Definition(
              7,
              aggregate,
              aggregate == Aggregate.LAST_K ? 1 + random.nextInt(12) : 1_000,
              new Hops(
                  random.nextInt(4) == 0 ? null : 1_000L + random.nextInt(2_000),
                  random.nextInt(3) == 0 ? 1_000L : 100L), // many decisions a hop, or few
              isText ? ValueType.STRING : isWhole ? ValueType.LONG : ValueType.DOUBLE,
              isPair ? List.of("v__one", "v__two") : List.of("v"),
              RETENTION_DAYS * DAY);
      accumulator = Accumulator.of(definition);
      values = Accumulator.noValues(definition);
      marked = values[0];
    }

    void play() {
      int steps = 20 + random.nextInt(definition.isRankedForEver() ? 360 : 120);
      int share = 1 + random.nextInt(8); // of ten: how often something is added
      for (int step = 0; step < steps; step++) {
        if (random.nextInt(5) == 0) {
          now += random.nextInt(random.nextInt(20) == 0 ? 4_000 : 200);
          if (definition.isRankedForEver()) {
            now += random.nextInt(random.nextInt(10) == 0 ? 40 : 4) * DAY;
          }
          accumulator.expire(definition, now, overflow);
          all.removeIf(one -> end(one) <= now);
        } else if (correctable().isEmpty() || random.nextInt(10) < share) {
          add(step);
        } else {
          takeBack(correctable().get(random.nextInt(correctable().size())));
        }
        if (random.nextInt(4) == 0) {
          takeBackWhatWasNotAdded();
        }
        verify();
      }
      emptied();
    }

    /** Those that are remembered; with a window all that count, which is shorter. */
    private List<Counted> correctable() {
      return all.stream()
          .filter(one -> !definition.isRankedForEver() || one.came + RETENTION_DAYS * DAY > now)
          .toList();
    }

    private void takeBack(Counted one) {
      all.remove(one);
      touched = now;
      accumulator.takeBack(definition, decision(one), new ByteReader(bytes(one)), now, overflow);
    }

    private void add(int step) {
      long time =
          random.nextInt(3) == 0 && !all.isEmpty()
              ? all.get(random.nextInt(all.size())).time // ties
              : now - random.nextInt(random.nextBoolean() ? 100 : 3_000) + random.nextInt(50);
      Counted one = new Counted(time, "d" + random.nextInt(10) + "-" + step, value(), value(), now);
      if (end(one) <= now) {
        return;
      }
      all.add(one);
      arrivals.add(now);
      touched = now;
      accumulator.add(definition, decision(one), new ByteReader(bytes(one)), now, overflow);
    }

    private void takeBackWhatWasNotAdded() {
      if (definition.aggregate() != Aggregate.FIRST
          && definition.aggregate() != Aggregate.LAST
          && definition.aggregate() != Aggregate.LAST_K) {
        return; // only these know decisions
      }
      Counted one = new Counted(now - random.nextInt(1_000), "other", value(), value(), now);
      if (end(one) > now) {
        accumulator.takeBack(definition, decision(one), new ByteReader(bytes(one)), now, overflow);
      }
    }

    private Object value() {
      if (isText) {
        return "m" + random.nextInt(5);
      }
      boolean isNull =
          !definition.ignoresNull()
              && definition.aggregate() != Aggregate.COUNT
              && random.nextInt(4) == 0;
      if (isNull) {
        return null;
      }
      return definition.type() == ValueType.LONG
          ? (Object) (long) (random.nextInt(20) - 10)
          : (Object) (random.nextInt(2_000) / 100.0 - 5);
    }

    private long end(Counted one) {
      return definition.hops().end(definition.hops().bucket(one.time));
    }

    private static Accumulator.Decision decision(Counted one) {
      return new Accumulator.Decision(one.time, one.id);
    }

    private byte[] bytes(Counted one) {
      ByteWriter out = new ByteWriter();
      if (definition.aggregate() == Aggregate.DISTINCT) {
        out.eightBytes(Arguments.hash(one.value));
      } else if (definition.aggregate() != Aggregate.COUNT) {
        Arguments.write(out, one.value);
        if (isPair) {
          Arguments.write(out, one.second);
        }
      }
      return out.copy();
    }

    private void verify() {
      Object[] expected = expected();
      Object mark = accumulator.mark(definition);
      boolean isSame = java.util.Arrays.equals(expected, values);
      assertThat(java.util.Objects.equals(mark, marked)).as("seed %d", seed).isEqualTo(isSame);
      values = expected;
      marked = mark;
      assertThat(accumulator.values(definition)).as("seed %d", seed).isEqualTo(expected);
      ByteWriter out = new ByteWriter();
      accumulator.write(out);
      byte[] bytes = out.copy();
      assertThat(Accumulator.valuesIn(definition, new ByteReader(bytes)))
          .as("seed %d", seed)
          .isEqualTo(expected);
      ByteReader in = new ByteReader(bytes);
      Accumulator again = Accumulator.read(definition, in);
      assertThat(in.hasMore()).as("seed %d", seed).isFalse();
      out.clear();
      again.write(out);
      assertThat(out.copy()).as("seed %d", seed).isEqualTo(bytes);
      if (random.nextInt(3) == 0) {
        Accumulator copy = accumulator.copy();
        accumulator = random.nextBoolean() ? again : copy;
      }
      long next = all.stream().mapToLong(this::end).min().orElse(Long.MAX_VALUE);
      assertThat(accumulator.nextExpiry(definition)).as("seed %d", seed).isEqualTo(next);
      boolean isCounted = !all.isEmpty();
      assertThat(accumulator.isEmpty()).as("seed %d", seed).isEqualTo(!isCounted);
      if (definition.isRankedForEver()) {
        long since = touched - (2 * RETENTION_DAYS + 6) * DAY;
        long lately = arrivals.stream().filter(came -> came >= since).count();
        assertThat((long) overflow.ranked(definition))
            .as("seed %d", seed)
            .isLessThanOrEqualTo(
                lately + (definition.aggregate() == Aggregate.LAST_K ? definition.limit() : 1));
      }
    }

    private void emptied() {
      correctable().forEach(this::takeBack);
      verify();
      if (definition.isRankedForEver() && !all.isEmpty()) {
        return; // the rest is settled
      }
      accumulator.expire(definition, now, overflow);
      assertThat(accumulator.isEmpty()).as("seed %d", seed).isTrue();
      assertThat(overflow.entries).as("seed %d", seed).isEmpty();
      assertThat(accumulator.values(definition)).isEqualTo(Accumulator.noValues(definition));
    }

    private Object[] expected() {
      return switch (definition.aggregate()) {
        case COUNT -> new Object[] {(long) all.size()};
        case SUM -> new Object[] {sum()};
        case AVG -> new Object[] {average()};
        case MIN -> new Object[] {numbers().min(History::compare).orElse(null)};
        case MAX -> new Object[] {numbers().max(History::compare).orElse(null)};
        case DISTINCT -> new Object[] {(long) new HashSet<>(numbers().toList()).size()};
        case FIRST -> ofDecision(all.stream().min(order()).orElse(null));
        case LAST -> ofDecision(all.stream().max(order()).orElse(null));
        case LAST_K -> ofDecisions(all.stream().sorted(order().reversed()).toList());
      };
    }

    private Stream<Object> numbers() {
      return all.stream().map(one -> one.value);
    }

    @SuppressWarnings("unchecked") // the values of a history are of one type
    private static int compare(Object one, Object other) {
      return ((Comparable<Object>) one).compareTo(other);
    }

    private static Comparator<Counted> order() {
      return Comparator.comparingLong(Counted::time).thenComparing(Counted::id);
    }

    private Object sum() {
      return definition.type() == ValueType.LONG
          ? (Object) numbers().mapToLong(value -> (Long) value).sum()
          : (Object) exact().doubleValue();
    }

    private BigDecimal exact() {
      return numbers()
          .map(value -> new BigDecimal((Double) value))
          .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private Object average() {
      return all.isEmpty()
          ? null
          : exact().divide(BigDecimal.valueOf(all.size()), new MathContext(200)).doubleValue();
    }

    private Object[] ofDecision(Counted one) {
      if (one == null) {
        return new Object[definition.attributes().size()];
      }
      return isPair ? new Object[] {one.value, one.second} : new Object[] {one.value};
    }

    private Object[] ofDecisions(List<Counted> newest) {
      Object[] lists = new Object[definition.attributes().size()];
      if (!newest.isEmpty()) {
        for (int at = 0; at < lists.length; at++) {
          List<Object> list = new ArrayList<>();
          for (Counted one : newest.subList(0, Math.min(newest.size(), definition.limit()))) {
            list.add(at == 0 ? one.value : one.second);
          }
          lists[at] = list;
        }
      }
      return lists;
    }
  }

  /** An overflow that holds the entries of one variable, and fails on those of another. */
  static final class Entries implements Overflow {
    final Map<List<Byte>, byte[]> entries = new HashMap<>();

    private static List<Byte> boxed(int variable, byte[] key) {
      assertThat(variable).isEqualTo(7);
      List<Byte> boxed = new ArrayList<>();
      for (byte one : key) {
        boxed.add(one);
      }
      return boxed;
    }

    /** How many entries lie there, of ranks. */
    int ranked(Definition definition) {
      return entries.values().stream()
          .mapToInt(block -> new RankedBlock(block).entries(definition).size())
          .sum();
    }

    @Override
    public byte[] get(int variable, byte[] key) {
      return entries.get(boxed(variable, key));
    }

    @Override
    public void put(int variable, byte[] key, byte[] value) {
      entries.put(boxed(variable, key), value);
    }

    @Override
    public void remove(int variable, byte[] key) {
      entries.remove(boxed(variable, key));
    }

    @Override
    public void retain(IntPredicate variables) {
      entries.keySet().removeIf(key -> !variables.test(7));
    }
  }
}
