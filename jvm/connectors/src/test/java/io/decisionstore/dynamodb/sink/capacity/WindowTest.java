package io.decisionstore.dynamodb.sink.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that works on so many requests at once, and lets the others wait; in virtual time. */
class WindowTest {
  private static final int MAX = 50;

  private final Window window = new Window(MAX);
  private double now = 1_000;
  private double took;
  private int answers;

  /** Keeps the window full for some seconds; latencies differ as DynamoDB's do. */
  private void run(double seconds, double latency, int atOnce, Random random) {
    double until = now + seconds * 1000;
    double start = now;
    answers = 0;
    while (now < until) {
      int open = window.size();
      double wait = latency * Math.max(1, (double) open / atOnce);
      long sentAt = (long) now;
      now += wait / open;
      double nanos = wait * 1e6 * (0.6 + 0.8 * random.nextDouble());
      window.answered((long) now, sentAt, (long) nanos, open);
      assertThat(window.size()).isBetween(1, MAX);
      answers++;
    }
    took = answers * 1000 / (now - start);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void allRequestsOfATableThatAnswersEvenlyAreOpen(long seed) {
    Random random = new Random(seed);
    run(0.2, 5, 1_000, random);
    assertThat(window.size()).as("soon").isEqualTo(MAX);
    run(60, 5, 1_000, random);
    assertThat(took).isGreaterThan(0.97 * MAX / 0.005);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aQueueIsNotMadeLongerThanItHelps(long seed) {
    Random random = new Random(seed);
    run(10, 5, 10, random);
    run(60, 5, 10, random);
    assertThat(window.size()).isBetween(10, 30);
    assertThat(took).as("of 2,000 a second").isGreaterThan(1_900);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aTableThatAnswersMoreSlowlyForGoodIsNotTakenForAQueue(long seed) {
    Random random = new Random(seed);
    run(10, 5, 1_000, random);
    run(5, 15, 1_000, random);
    run(60, 15, 1_000, random);
    assertThat(took).isGreaterThan(0.95 * MAX / 0.015);
  }

  @Test
  void aFailureAmongManyAnswersIsNoReasonToAskLessAndManyAre() {
    Random random = new Random(1);
    run(1, 5, 1_000, random);
    for (int i = 0; i < 40; i++) {
      window.failed((long) now);
      run(0.01, 5, 1_000, random); // about a hundred answers
    }
    assertThat(window.size()).isEqualTo(MAX);
    for (int i = 0; i < 40; i++) {
      window.failed((long) now);
      now += 100;
    }
    assertThat(window.size()).isEqualTo(1);
  }

  @Test
  void refusalsHalveItOnceAMomentAndItComesBack() {
    Random random = new Random(1);
    run(1, 5, 1_000, random);
    for (int i = 0; i < 20; i++) {
      window.cut((long) now);
    }
    assertThat(window.size()).isEqualTo(MAX / 2);
    for (int i = 0; i < 20; i++) {
      now += 100;
      window.cut((long) now);
    }
    assertThat(window.size()).isEqualTo(1);
    run(3, 5, 1_000, random);
    assertThat(window.size()).isEqualTo(MAX);
  }

  @Test
  void aWindowThatIsNotUsedDoesNotGrow() {
    for (int i = 0; i < 10_000; i++) {
      window.answered(i, i, 5_000_000, 1);
    }
    assertThat(window.size()).isLessThanOrEqualTo(4);
  }
}
