package io.decisionstore.operators.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.operators.Vectors;
import java.nio.file.Path;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * State that was written once is read by every release on every line of Flink. It is in {@code
 * src/test/resources/state}, in files named for who wrote it: release 0.1.0 kept a map of decisions
 * a customer; `enrich-v1` is the one value a customer that came after.
 *
 * <p>To write another: {@code mvn -pl testing,connectors,operators test
 * -Dsurefire.failIfNoSpecifiedTests=false -Dtest=EnrichStateTest -Dstate.file=FILE}, and on Flink
 * 1.20 with {@code -Pflink-1.20 -Dbuild.folder=target-1.20}.
 */
class EnrichStateTest {
  private static final String PLAN = Vectors.decisionEventsPlan();
  private static final Path FOLDER = Path.of("src", "test", "resources", "state");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "enrich-0.1.0-flink-1.20",
        "enrich-0.1.0-flink-2.2",
        "enrich-v1-flink-1.20",
        "enrich-v1-flink-2.2",
      })
  void historyGoesOnFromAnOlderState(String file) throws Exception {
    OperatorSubtaskState written =
        OperatorSnapshotUtil.readStateHandle(FOLDER.resolve(file).toString());
    OperatorSubtaskState migrated;
    try (Enriching enriching = Enriching.restored(PLAN, written)) {
      // Not d-1 (before the window), d-2 in its newest revision, d-3.
      assertThat(history(enriching, "c-1", "d-4", 100_000))
          .isEqualTo(Row.of(2L, 1L, 2.5, "DECLINED", 5_000L));
      migrated = enriching.harness.snapshot(1, 0);
    }
    try (Enriching enriching = Enriching.restored(PLAN, migrated)) {
      assertThat(history(enriching, "c-1", "d-6", 100_001)) // d-2 has left the window
          .isEqualTo(Row.of(2L, 1L, 0.0, "REFERRED", 1L));
      assertThat(history(enriching, "c-2", "d-7", 100_000))
          .isEqualTo(Row.of(1L, 0L, 100.0, "APPROVED", 1_000L));
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "state.file", matches = ".+")
  void write() throws Exception {
    try (Enriching enriching = Enriching.of(PLAN)) {
      enriching.pass("c-1", "d-1", 2, 89_999, "DECLINED", 1);
      enriching.pass("c-1", "d-3", 2, 95_000, "DECLINED", 7);
      enriching.pass("c-1", "d-2", 2, 90_001, "REFERRED", 2.5);
      enriching.pass("c-1", "d-2", 3, 90_001, "APPROVED", 2.5);
      enriching.pass("c-2", "d-5", 2, 99_000, "APPROVED", 100);
      OperatorSnapshotUtil.writeStateHandle(
          enriching.harness.snapshot(1, 0), System.getProperty("state.file"));
    }
  }

  private static Row history(Enriching enriching, String customer, String decision, long time)
      throws Exception {
    return enriching.history(enriching.pass(customer, decision, 2, time, "REFERRED", 5));
  }
}
