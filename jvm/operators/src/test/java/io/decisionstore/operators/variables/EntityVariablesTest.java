package io.decisionstore.operators.variables;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.plan.VariablesPlan;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the scenarios do not show: how many items are written, their versions, and what is kept. */
class EntityVariablesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENTITY = "customer_id=c1";
  private static final long NOW = 1_700_000_000_000L;
  private static final String PLAN = Plans.of(Plans.count("declines", 60_000, 10_000));

  private InHarnesses job;

  @BeforeEach
  void open() throws Exception {
    job = new InHarnesses(PLAN, "hashmap", 1);
    job.at(NOW);
  }

  @AfterEach
  void close() throws Exception {
    job.close();
  }

  @Test
  void aRevisionSeenBeforeOrOlderWritesNothing() throws Exception {
    arrives("d1", 3, "c1", NOW);
    assertThat(job.written()).isEqualTo(1);
    arrives("d1", 3, "c1", NOW);
    arrives("d1", 2, "c2", NOW);
    assertThat(job.written()).isZero();
  }

  @Test
  void anItemIsWrittenOnlyWhenAValueChanged() throws Exception {
    arrives("d1", 1, "c1", NOW);
    assertThat(job.written()).isEqualTo(1);
    arrives("d1", 2, "c1", NOW);
    arrives("d1", 3, "c1", NOW - 20_000); // another hop, the same count
    assertThat(job.written()).isZero();
    job.at(NOW + 50_000); // the end of that hop
    assertThat(job.written()).isEqualTo(1);
    assertThat(value(ENTITY)).isZero();
  }

  @Test
  void aCorrectionToAnotherEntityIsTwoItems() throws Exception {
    arrives("d1", 1, "c1", NOW);
    arrives("d1", 2, "c2", NOW);
    assertThat(job.written()).isEqualTo(3);
    assertThat(value(ENTITY)).isZero();
    assertThat(value("customer_id=c2")).isEqualTo(1);
  }

  @Test
  void versionsRiseWithinAMillisecondAndFollowTheWallClock() throws Exception {
    arrives("d1", 1, "c1", NOW);
    assertThat(number("version")).isEqualTo(NOW * 1_000);
    arrives("d2", 1, "c1", NOW);
    assertThat(number("version")).isEqualTo(NOW * 1_000 + 1);
    job.at(NOW + 1);
    arrives("d3", 1, "c1", NOW);
    assertThat(number("version")).isEqualTo((NOW + 1) * 1_000);
    assertThat(number("as_of")).isEqualTo(NOW + 1);
  }

  @Test
  void aClockSetBackLowersNoVersionAndBringsNothingBack() throws Exception {
    arrives("d1", 1, "c1", NOW);
    job.at(NOW + 70_000);
    long version = number("version");
    assertThat(value(ENTITY)).isZero();
    job.at(NOW);
    arrives("d2", 1, "c1", NOW);
    assertThat(value(ENTITY)).isZero();
    arrives("d3", 1, "c1", NOW + 10_000);
    assertThat(value(ENTITY)).isEqualTo(1);
    assertThat(number("version")).isGreaterThan(version);
  }

  @Test
  void aWindowRunsOutWithoutAnEventAtTheEndOfItsHop() throws Exception {
    arrives("d1", 1, "c1", NOW); // NOW begins a hop
    job.at(NOW + 69_999);
    assertThat(job.written()).isEqualTo(1);
    job.at(NOW + 70_000);
    assertThat(value(ENTITY)).isZero();
    assertThat(number("as_of")).isEqualTo(NOW + 70_000);
  }

  @Test
  void anEntityHasOneTimerHoweverManyHopsItHas() throws Exception {
    for (int hop = 0; hop < 6; hop++) {
      arrives("d" + hop, 1, "c1", NOW - hop * 10_000L); // each ends before those until then
      assertThat(job.timers()).isEqualTo(1);
    }
    for (int hop = 5; hop > 0; hop--) {
      job.at(NOW + 70_000 - hop * 10_000L);
      assertThat(value(ENTITY)).isEqualTo(hop);
      assertThat(job.timers()).isEqualTo(1);
    }
  }

  @Test
  void anEntityWithoutValuesIsForgottenAfterAnHour() throws Exception {
    arrives("d1", 1, "c1", NOW);
    job.at(NOW + 70_000);
    assertThat(job.entities()).isEqualTo(1);
    job.at(NOW + 70_000 + Entities.FORGET_AFTER_MS - 1);
    assertThat(job.entities()).isEqualTo(1);
    job.at(NOW + 70_000 + Entities.FORGET_AFTER_MS);
    assertThat(job.entities()).isZero();
    assertThat(job.timers()).isZero();
    assertThat(job.written()).isEqualTo(2);
    arrives("d2", 1, "c1", NOW + 3_000_000_000L);
    assertThat(value(ENTITY)).isEqualTo(1);
  }

  @Test
  void aDecisionTooOldForEveryWindowWritesAnItemOfZeros() throws Exception {
    arrives("d1", 1, "c1", NOW - 80_000);
    assertThat(value(ENTITY)).isZero();
    job.at(NOW + Entities.FORGET_AFTER_MS);
    assertThat(job.entities()).isZero();
  }

  @Test
  void windowsThatRanOutWhileTheJobWasDownAreRewrittenOnRestore() throws Exception {
    arrives("d1", 1, "c1", NOW);
    arrives("d2", 1, "c1", NOW + 50_000);
    job.restart(PLAN);
    job.at(NOW + 100_000);
    assertThat(value(ENTITY)).isEqualTo(1);
  }

  @Test
  void whatIsNoEventIsADeadLetterWithItsPosition() throws Exception {
    job.arrives("no event".getBytes(StandardCharsets.UTF_8));
    job.arrives(null);
    assertThat(job.written()).isZero();
    assertThat(job.deadLetters()).hasSize(2);
    JsonNode letter = JSON.readTree(job.deadLetters().get(0));
    assertThat(letter.get("stage").asText()).isEqualTo("variables");
    assertThat(letter.get("reason").asText())
        .isEqualTo("the value is not in Confluent's wire format");
    assertThat(letter.at("/position/offset").asLong()).isEqualTo(42);
  }

  @Test
  void keysAreWrittenAsPythonWritesThem() {
    assertThat(EntityKeys.quote("aZ09-_.~ |=%/å😀"))
        .isEqualTo("aZ09-_.~%20%7C%3D%25%2F%C3%A5%F0%9F%98%80");
  }

  @Test
  void aKeyThatIsTooLongIsNoEntity() throws Exception {
    arrives("d1", 1, "x".repeat(2_036), NOW);
    assertThat(job.written()).isEqualTo(1);
    arrives("d2", 1, "x".repeat(2_037), NOW);
    assertThat(job.written()).isZero();
  }

  private void arrives(String id, int revision, String customer, long time) throws Exception {
    job.arrives(Plans.event(id, revision, customer, time));
  }

  private long number(String attribute) {
    return job.table().get("shop").get(ENTITY).get(attribute).get("N").asLong();
  }

  private long value(String entity) {
    return job.table().get("shop").get(entity).get("declines").get("N").asLong();
  }

  /** Plans of variables by customer, over few fields, and their events. */
  static final class Plans {
    private static final ObjectNode BASE = (ObjectNode) Vectors.document("variables").get("plan");

    private Plans() {}

    static ObjectNode count(String name, long windowMs, long hopMs) {
      ObjectNode variable = JSON.createObjectNode();
      variable.put("name", name).put("version", 1).put("aggregate", "count");
      variable.putArray("arguments");
      return variable.put("window_ms", windowMs).put("hop_ms", hopMs).put("type", "long");
    }

    static ObjectNode of(
        String name, String aggregate, Integer limit, String argument, String type) {
      ObjectNode variable = JSON.createObjectNode();
      variable.put("name", name).put("version", 1).put("aggregate", aggregate);
      ObjectNode one = variable.putArray("arguments").addObject();
      one.put("name", "value").put("expression", argument);
      one.put("type", aggregate.equals("distinct") ? "string" : type);
      variable.put("limit", limit).put("type", type);
      return variable.put("window_ms", 60_000).put("hop_ms", 10_000);
    }

    static String of(ObjectNode... variables) {
      ObjectNode plan = BASE.deepCopy();
      for (int field = plan.get("fields").size() - 1; field >= 0; field--) {
        String name = plan.get("fields").get(field).get("name").asText();
        if (!name.matches("customer_id|decision_id|event_time|amount|reason")) {
          ((com.fasterxml.jackson.databind.node.ArrayNode) plan.get("fields")).remove(field);
        }
      }
      ObjectNode entity = JSON.createObjectNode();
      entity.put("name", "shop-customer_id").put("use_case", "shop");
      ObjectNode key = entity.putArray("key").addObject();
      key.put("name", "customer_id").put("expression", "customer_id");
      for (ObjectNode variable : variables) {
        entity.withArray("/variables").add(variable);
      }
      plan.putArray("entities").add(entity);
      return plan.toString();
    }

    static byte[] event(String id, int revision, String customer, long time) {
      return event(id, revision, customer, time, 0.0, null);
    }

    static byte[] event(
        String id, int revision, String customer, long time, double amount, String reason) {
      ObjectNode step = JSON.createObjectNode().put("revision", revision);
      ObjectNode fields = step.putObject("fields");
      fields.put("decision_id", id).put("customer_id", customer).put("event_time", time);
      fields.put("amount", amount).put("reason", reason);
      return new EventBytes(VariablesPlan.read(of(count("any", 1, 1)))).of(step);
    }
  }
}
