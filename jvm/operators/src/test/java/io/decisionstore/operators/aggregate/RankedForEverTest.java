package io.decisionstore.operators.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.operators.aggregate.AccumulatorTest.Entries;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Without a window: years of decisions leave what came lately, and no more. */
class RankedForEverTest {
  private static final long DAY = 86_400_000;
  private static final long NOW = 1_700_000_000_000L;
  private static final int RETENTION_DAYS = 30;
  private static final int A_DAY = 5;
  private static final int YEARS = 5;

  private final Entries overflow = new Entries();

  @ParameterizedTest
  @EnumSource(names = {"MIN", "MAX", "FIRST", "LAST", "LAST_K"})
  void yearsOfDecisionsAreBoundedByTheRetention(Aggregate aggregate) {
    Definition definition =
        new Definition(
            7,
            aggregate,
            10,
            new Hops(null, 1),
            ValueType.LONG,
            List.of("v"),
            RETENTION_DAYS * DAY);
    Accumulator accumulator = Accumulator.of(definition);
    Random random = new Random(3);
    int most = 0;
    int longest = 0;
    for (int number = 0; number < YEARS * 365 * A_DAY; number++) {
      long now = NOW + number * DAY / A_DAY;
      // Each better than the one before it, so that the best has never settled: the worst case.
      long better = aggregate == Aggregate.MIN || aggregate == Aggregate.FIRST ? -number : number;
      ByteWriter argument = new ByteWriter();
      Arguments.write(argument, better * 100 + random.nextInt(100));
      accumulator.add(
          definition,
          new Accumulator.Decision(NOW + better * DAY, "d" + number),
          new ByteReader(argument.copy()),
          now,
          overflow);
      ByteWriter written = new ByteWriter();
      accumulator.write(written);
      longest = Math.max(longest, written.length());
      most = Math.max(most, overflow.ranked(definition));
    }
    assertThat(most).isBetween(A_DAY * RETENTION_DAYS, A_DAY * (2 * RETENTION_DAYS + 6) + 10);
    assertThat(longest).isLessThan(25 * 30);
    long now = NOW + (YEARS + 1) * 365 * DAY; // all has settled; what comes next shows it
    accumulator.add(
        definition,
        new Accumulator.Decision(NOW, "d"),
        new ByteReader(new byte[] {2, 2}), // a long, 1
        now,
        overflow);
    assertThat(overflow.entries).isEmpty();
  }
}
