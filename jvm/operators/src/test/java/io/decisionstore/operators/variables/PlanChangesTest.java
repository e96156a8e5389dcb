package io.decisionstore.operators.variables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.plan.VariablesPlan;
import io.decisionstore.operators.variables.EntityVariablesTest.Plans;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A job goes on with another plan from a savepoint: what is declared as before keeps its values.
 */
class PlanChangesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long NOW = 1_700_000_000_000L;
  private static final ObjectNode DECISIONS = Plans.count("decisions", 60_000, 10_000);
  private static final ObjectNode SPENT = Plans.of("spent", "sum", null, "amount", "double");
  private static final ObjectNode NEWEST =
      Plans.of("newest", "last", null, "decision_id", "string");

  private interface Case {
    void run(Job job) throws Exception;
  }

  @TestFactory
  Stream<DynamicTest> aVariableThatIsAddedBeginsEmptyAndTheOthersGoOn() {
    return everywhere(
        job -> {
          arrives(job, "d1", 1, 5.0);
          job.restart(Plans.of(NEWEST, DECISIONS, SPENT));
          arrives(job, "d2", 1, 7.0);
          assertItem(job, "decisions", "2", "spent", "7", "newest", "d2");
        });
  }

  @TestFactory
  Stream<DynamicTest> aCorrectionTakesBackExactlyWhatWasAdded() {
    return everywhere(
        job -> {
          arrives(job, "d1", 1, 5.0); // only counted: there is no sum yet
          job.restart(Plans.of(DECISIONS, SPENT));
          arrives(job, "d2", 1, 7.0);
          arrives(job, "d1", 2, 100.0); // nothing of d1 is in the sum to be taken back
          assertItem(job, "decisions", "2", "spent", "107");
          job.restart(Plans.of(SPENT));
          arrives(job, "d2", 2, 1.0); // what it counted for is declared no more
          assertItem(job, "spent", "101");
        });
  }

  @TestFactory
  Stream<DynamicTest> anotherDeclarationOrVersionBeginsAnew() {
    return everywhere(
        job -> {
          arrives(job, "d1", 1, 5.0);
          job.restart(Plans.of(DECISIONS.deepCopy().put("version", 2)));
          arrives(job, "d2", 1, 5.0);
          assertItem(job, "decisions", "1");
          job.restart(Plans.of(DECISIONS.deepCopy().put("where", "amount > 6.0")));
          arrives(job, "d3", 1, 7.0);
          assertItem(job, "decisions", "1");
          arrives(job, "d1", 2, 7.0); // of d1 the variable as it is now has nothing
          assertItem(job, "decisions", "2");
        });
  }

  @TestFactory
  Stream<DynamicTest> whatIsRemovedLeavesTheItemAtTheNextTouchAndItsOverflowToo() {
    return everywhere(
        job -> {
          job.restart(Plans.of(DECISIONS, NEWEST));
          for (int decision = 10; decision < 60; decision++) {
            arrives(job, "d" + decision, 1, 1.0);
          }
          assertItem(job, "decisions", "50", "newest", "d59");
          int entries = job.entities();
          assertThat(entries).isPositive();
          job.restart(Plans.of(DECISIONS));
          arrives(job, "d59", 2, 2.0); // no count changes, but the attribute goes
          assertItem(job, "decisions", "50");
          assertThat(job.overflowEntries()).isZero();
        });
  }

  @TestFactory
  Stream<DynamicTest> anEntityThatIsDeclaredNoMoreIsForgotten() {
    return everywhere(
        job -> {
          arrives(job, "d1", 1, 1.0);
          JsonNode other = JSON.readTree(Plans.of(DECISIONS));
          ((ObjectNode) other.at("/entities/0/key/0")).put("name", "id");
          job.restart(other.toString());
          arrives(job, "d2", 1, 1.0);
          assertThat(job.entities()).isEqualTo(2);
          job.written();
          arrives(job, "d1", 2, 1.0); // of the old entity nothing is written any more
          assertThat(job.written()).isEqualTo(1);
          assertThat(job.entities()).isEqualTo(1);
        });
  }

  @TestFactory
  Stream<DynamicTest> underALongerRetentionNothingIsRememberedAgain() {
    String plan = Plans.of(DECISIONS.deepCopy().putNull("window_ms"));
    return everywhere(
        job -> {
          job.restart(plan);
          arrives(job, "d1", 1, 1.0);
          ObjectNode longer = (ObjectNode) JSON.readTree(plan);
          long retentionMs = longer.get("retention_ms").asLong();
          job.at(NOW + retentionMs); // forgotten, though nothing has looked at it since
          job.restart(longer.put("retention_ms", 10 * retentionMs).toString());
          arrives(job, "d1", 2, 1.0);
          assertItem(job, "decisions", "2");
        });
  }

  @Test
  void anIdDependsOnAllThatTheValuesDependOn() throws Exception {
    int id = id(DECISIONS);
    assertThat(id).isEqualTo(id(DECISIONS.deepCopy()));
    assertThat(
            List.of(
                id(DECISIONS.deepCopy().put("version", 2)),
                id(DECISIONS.deepCopy().put("where", "amount > 1.0")),
                id(DECISIONS.deepCopy().put("window_ms", 60_001)),
                id(DECISIONS.deepCopy().put("hop_ms", 10_001)),
                id(DECISIONS.deepCopy().put("name", "others"))))
        .doesNotContain(id)
        .doesNotHaveDuplicates();
    String where = "band == 'L' && reason != 'other'";
    ObjectNode banded = DECISIONS.deepCopy().put("where", where);
    int first = id(banded, "amount > 1.0 ? 'L' : 'S'");
    assertThat(id(banded, "amount > 2.0 ? 'L' : 'S'")).isNotEqualTo(first);
    assertThat(id(DECISIONS, "amount > 2.0 ? 'L' : 'S'")).isEqualTo(id);
  }

  @Test
  void ofTwoVariablesWithOneIdOneNeedsAnotherVersion() throws Exception {
    assertThatThrownBy(() -> new Layout(VariablesPlan.read(Plans.of(DECISIONS, DECISIONS))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Raise the version");
  }

  private static int id(ObjectNode variable) throws Exception {
    return new Layout(VariablesPlan.read(Plans.of(variable)))
        .entities()
        .get(0)
        .variables()
        .get(0)
        .id();
  }

  private static int id(ObjectNode variable, String band) throws Exception {
    ObjectNode plan = (ObjectNode) JSON.readTree(Plans.of(variable));
    plan.withArray("/fields").addObject().put("name", "band").put("expression", band);
    ((ObjectNode) plan.get("fields").get(plan.get("fields").size() - 1)).put("type", "string");
    return new Layout(VariablesPlan.read(plan.toString()))
        .entities()
        .get(0)
        .variables()
        .get(0)
        .id();
  }

  private static Stream<DynamicTest> everywhere(Case test) {
    String plan = Plans.of(DECISIONS);
    return Stream.of(
        DynamicTest.dynamicTest("heap", () -> run(new WithoutFlink(plan, false), test)),
        DynamicTest.dynamicTest("bytes", () -> run(new WithoutFlink(plan, true), test)),
        DynamicTest.dynamicTest(
            "Flink's heap", () -> run(new InHarnesses(plan, "hashmap", 1), test)),
        DynamicTest.dynamicTest("RocksDB", () -> run(new InHarnesses(plan, "rocksdb", 2), test)));
  }

  private static void run(Job job, Case test) throws Exception {
    try (job) {
      job.at(NOW);
      test.run(job);
    }
  }

  private static void arrives(Job job, String id, int revision, double amount) throws Exception {
    job.arrives(Plans.event(id, revision, "c1", NOW, amount, null));
  }

  private static void assertItem(Job job, String... attributes) {
    ObjectNode expected = JSON.createObjectNode();
    for (int at = 0; at < attributes.length; at += 2) {
      expected.put(attributes[at], attributes[at + 1]);
    }
    ObjectNode found = JSON.createObjectNode();
    LocalRun.attributes(job.table().get("shop").get("customer_id=c1"))
        .fields()
        .forEachRemaining(one -> found.put(one.getKey(), one.getValue().asText()));
    assertThat(found).isEqualTo(expected);
  }
}
