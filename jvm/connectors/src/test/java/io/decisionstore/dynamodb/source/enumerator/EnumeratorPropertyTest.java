package io.decisionstore.dynamodb.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StreamPosition;
import io.decisionstore.dynamodb.source.config.StreamPosition.Kind;
import io.decisionstore.dynamodb.source.enumerator.SimulatedJob.Processed;
import io.decisionstore.dynamodb.source.enumerator.SimulatedStreams.Change;
import io.decisionstore.dynamodb.source.enumerator.SimulatedStreams.Shard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens, in whatever order: every change is in the state once, a child's after its
 * parent's.
 *
 * <p>Shards roll and split, lists lag, calls fail, checkpoints complete or are aborted, readers
 * fail alone or together, the job is restored and rescaled, streams are disabled and enabled again.
 * One seed is one run; a failure names it.
 */
class EnumeratorPropertyTest {
  private static final int RUNS = Integer.getInteger("source.simulation.runs", 2_000);
  private static final int STEPS = 500;

  @Test
  void everyChangeIsInTheStateOnceAndInOrder() throws Exception {
    long first = Long.getLong("source.simulation.seed", 1);
    for (long seed = first; seed < first + RUNS; seed++) {
      try {
        new Run(seed).check();
      } catch (Throwable failure) {
        throw new AssertionError("Run %d: %s".formatted(seed, failure.getMessage()), failure);
      }
    }
  }

  /** One run. */
  private static final class Run {
    final Random random;
    final StreamPosition start;
    final StreamPosition stop;
    final SimulatedStreams streams;
    final SimulatedJob job;
    final boolean failing;

    Run(long seed) {
      random = new Random(seed);
      long now = 1_800_000_000_000L;
      failing = random.nextInt(5) > 0;
      start =
          switch (random.nextInt(4)) {
            case 0 -> new StreamPosition(Kind.LATEST, 0);
            case 1 -> new StreamPosition(Kind.TIMESTAMP, now + random.nextInt(5_000));
            default -> new StreamPosition(Kind.TRIM_HORIZON, 0);
          };
      stop =
          random.nextInt(4) > 0
              ? null
              : new StreamPosition(Kind.TIMESTAMP, now + random.nextInt(15_000));
      List<String> tables = random.nextBoolean() ? List.of("t") : List.of("t", "u");
      SourceConfig config =
          new SourceConfig(
              tables,
              "r",
              null,
              start,
              stop,
              List.of(),
              null,
              null,
              0,
              Duration.ofSeconds(5),
              LossPolicy.FAIL,
              LossPolicy.CONTINUE);
      VirtualContext context = new VirtualContext(now);
      streams = new SimulatedStreams(random, random.nextInt(3) > 0, context::now);
      for (String table : tables) {
        streams.create(table, 1 + random.nextInt(4));
      }
      job = new SimulatedJob(config, streams, random, random.nextBoolean(), context);
    }

    void check() throws Exception {
      for (int i = random.nextInt(6); i > 0; i--) {
        streams.write(0);
        if (random.nextInt(3) == 0) {
          streams.split();
        }
      }
      job.start(1 + random.nextInt(4));
      int replacedAt = random.nextInt(4 * STEPS);
      for (int i = 0; i < STEPS; i++) {
        job.anything();
        if (random.nextInt(3) == 0) {
          streams.write(job.step());
        }
        if (random.nextInt(25) == 0) {
          streams.split();
        }
        if (i >= replacedAt && i < replacedAt + 50 && job.knowsItsStreams()) {
          streams.replace();
        }
        disturb();
      }
      for (int i = 0; i < 60 && !isComplete(); i++) {
        job.rest();
      }
      job.rest();
      verify();
    }

    private void disturb() throws Exception {
      switch (random.nextInt(60)) {
        case 0, 1, 2 -> job.beginCheckpoint();
        case 3 -> {
          if (random.nextInt(4) == 0) {
            job.abort();
          }
        }
        case 4 -> {
          if (failing && random.nextInt(2) == 0) {
            job.failReaders();
          }
        }
        case 5, 6, 7, 8, 9 -> job.restartReaders();
        case 10 -> {
          if (failing && random.nextInt(3) == 0) {
            job.start(random.nextBoolean() ? job.parallelism() : 1 + random.nextInt(4));
          }
        }
        default -> {}
      }
    }

    /** What must be in the state in the end. */
    private Set<Change> expected() {
      Set<Change> expected = new HashSet<>();
      for (Shard shard : streams.all()) {
        for (Change change : shard.changes) {
          boolean begun =
              switch (start.kind()) {
                case TRIM_HORIZON -> true;
                case TIMESTAMP -> change.createdAt() >= start.atMillis() / 1_000 * 1_000;
                case LATEST -> change.step() > job.begunAt;
              };
          if (begun && (stop == null || change.createdAt() <= stop.atMillis())) {
            expected.add(change);
          }
        }
      }
      return expected;
    }

    private boolean isComplete() {
      Set<Change> missing = expected();
      job.state().forEach(one -> missing.remove(one.change()));
      return missing.isEmpty() && (stop == null || job.dismissed().size() == job.parallelism());
    }

    private void verify() {
      Map<Change, Long> steps = new HashMap<>();
      for (Processed one : job.state()) {
        assertThat(steps.put(one.change(), one.step()))
            .as("%s %d twice", one.change().shard().id, one.change().index())
            .isNull();
        assertThat(stop == null || one.change().createdAt() <= stop.atMillis()).isTrue();
        assertThat(
                start.kind() != Kind.TIMESTAMP
                    || one.change().createdAt() >= start.atMillis() / 1_000 * 1_000)
            .isTrue();
      }
      List<String> missing = new ArrayList<>();
      expected().stream()
          .filter(change -> !steps.containsKey(change))
          .forEach(change -> missing.add(change.shard().id + " " + change.index()));
      assertThat(missing).as("changes that were never read").isEmpty();
      for (Shard shard : streams.all()) {
        long last = newest(steps, shard.parent);
        for (Change change : shard.changes) {
          Long step = steps.get(change);
          if (step != null) {
            assertThat(step)
                .as("%s %d after what came before it", shard.id, change.index())
                .isGreaterThan(last);
            last = step;
          }
        }
      }
      streams.successors.forEach(
          (older, newer) -> {
            long last =
                streams.streams.get(older).values().stream()
                    .mapToLong(shard -> newest(steps, shard))
                    .max()
                    .orElse(-1);
            for (Shard shard : streams.streams.get(newer).values()) {
              shard.changes.stream()
                  .filter(steps::containsKey)
                  .forEach(change -> assertThat(steps.get(change)).isGreaterThan(last));
            }
          });
      if (stop != null) {
        assertThat(job.dismissed()).hasSize(job.parallelism());
      }
    }

    /** The step of the last change read of a shard or those it was split off. */
    private static long newest(Map<Change, Long> steps, Shard shard) {
      long newest = -1;
      for (Shard one = shard; one != null; one = one.parent) {
        for (Change change : one.changes) {
          newest = Math.max(newest, steps.getOrDefault(change, -1L));
        }
      }
      return newest;
    }
  }
}
