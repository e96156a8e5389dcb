package io.decisionstore.operators.variables;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.variables.EntityVariablesTest.Plans;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.flink.FlinkVersion;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Savepoints of earlier releases and of both lines of Flink go on as if the job had not stopped.
 *
 * <p>{@code variables-0.2.0-flinkLINE} was written by {@link #main} of release 0.2.0 and is never
 * written again: who changes the layout adds a folder of his own and keeps these.
 */
class SavepointsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = Path.of("src", "test", "resources", "savepoints");
  private static final long NOW = 1_700_000_000_000L;
  private static final long MINUTE = 60_000;

  /** Writes the savepoint of this release. */
  public static void main(String[] arguments) throws Exception {
    Path folder = FOLDER.resolve(arguments[0]);
    Files.createDirectories(folder);
    String plan = plan();
    Files.writeString(folder.resolve("plan.json"), plan);
    try (InHarnesses job = new InHarnesses(plan, "hashmap", 1)) {
      before(job);
      InHarnesses.Savepoint savepoint = job.savepoint();
      OperatorSnapshotUtil.writeStateHandle(
          savepoint.decisions(), folder.resolve("decisions").toString());
      OperatorSnapshotUtil.writeStateHandle(
          savepoint.entities(), folder.resolve("entities").toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "variables-0.2.0-flink1.20, hashmap, 1",
    "variables-0.2.0-flink1.20, rocksdb, 2",
    "variables-0.2.0-flink2.2, hashmap, 2",
    "variables-0.2.0-flink2.2, rocksdb, 1"
  })
  void theJobGoesOn(String name, String backend, int parallelism) throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        name.endsWith("flink1.20") || FlinkVersion.current() != FlinkVersion.v1_20,
        "Flink reads no savepoint of a later line");
    Path folder = FOLDER.resolve(name);
    String plan = Files.readString(folder.resolve("plan.json"));
    InHarnesses.Savepoint savepoint =
        new InHarnesses.Savepoint(
            OperatorSnapshotUtil.readStateHandle(folder.resolve("decisions").toString()),
            OperatorSnapshotUtil.readStateHandle(folder.resolve("entities").toString()));
    try (Job stayed = new WithoutFlink(plan, false);
        InHarnesses restored = new InHarnesses(plan, backend, parallelism, savepoint)) {
      before(stayed);
      for (int step = 0; step < 8; step++) {
        after(stayed, step);
        after(restored, step);
        assertThat(attributes(restored)).as("step %d", step).isEqualTo(attributes(stayed));
      }
      assertThat(restored.entities()).isEqualTo(stayed.entities());
    }
  }

  private static String plan() throws Exception {
    ObjectNode newest = Plans.of("newest", "last", null, "decision_id", "string");
    newest.withArray("/arguments").addObject().put("name", "reason").put("expression", "reason");
    ((ObjectNode) newest.at("/arguments/1")).put("type", "string");
    ObjectNode[] variables = {
      Plans.count("decisions", 1, 1).put("where", "amount > 5.0"),
      Plans.of("spent", "sum", null, "amount", "double"),
      Plans.of("average", "avg", null, "amount", "double"),
      Plans.of("least", "min", null, "amount", "double"),
      Plans.of("most", "max", null, "amount", "double"),
      Plans.of("oldest", "first", null, "decision_id", "string"),
      newest,
      Plans.of("amounts", "last_k", 3, "amount", "double"),
      Plans.of("reasons", "distinct", 1000, "reason", "long"),
      Plans.of("many", "distinct", 5, "decision_id", "long"),
      Plans.of("least_ever", "min", null, "amount", "double"),
      Plans.of("amounts_ever", "last_k", 3, "amount", "double"),
    };
    for (ObjectNode variable : variables) {
      variable.put("window_ms", 60 * MINUTE).put("hop_ms", 7 * MINUTE);
    }
    variables[variables.length - 2].putNull("window_ms");
    variables[variables.length - 1].putNull("window_ms");
    ObjectNode plan = (ObjectNode) JSON.readTree(Plans.of(variables));
    plan.put("retention_ms", 100L * 365 * 86_400_000); // the savepoint's clock stood at its writing
    return plan.toString();
  }

  /** What happened before the savepoint: two entities, corrections, a window half run out. */
  private static void before(Job job) throws Exception {
    Random random = new Random(1);
    for (int decision = 0; decision < 120; decision++) {
      job.at(NOW + decision * MINUTE);
      arrives(job, "d" + decision, 1, NOW + decision * MINUTE, random);
      if (decision % 9 == 4) {
        arrives(job, "d" + (decision - 3), 2, NOW + (decision - 3) * MINUTE, random);
      }
    }
  }

  /** What happens after it: corrections of what came before, events, the passing of time. */
  private static void after(Job job, int step) throws Exception {
    Random random = new Random(2 + step);
    long now = NOW + (120 + step * 9L) * MINUTE;
    job.at(step < 6 ? now : NOW + (step - 5) * 86_400_000L);
    if (step < 6) {
      for (int decision = 90 + step; decision < 120; decision += 6) {
        arrives(job, "d" + decision, 3 + step, NOW + decision * MINUTE, random);
      }
      arrives(job, "e" + step, 1, now, random);
      arrives(job, "f" + step, 1, now - 20 * MINUTE, random);
    }
  }

  private static void arrives(Job job, String id, int revision, long time, Random random)
      throws Exception {
    String customer = "c" + random.nextInt(2);
    String reason = random.nextInt(4) == 0 ? null : "reason " + random.nextInt(9);
    double amount = random.nextInt(10_000) / 100.0;
    job.arrives(Plans.event(id, revision, customer, time, amount, reason));
  }

  private static ObjectNode attributes(Job job) {
    ObjectNode items = JSON.createObjectNode();
    for (var item : job.table().getOrDefault("shop", java.util.Map.of()).entrySet()) {
      JsonNode attributes = LocalRun.attributes(item.getValue());
      items.set(item.getKey(), attributes);
    }
    return items;
  }
}
