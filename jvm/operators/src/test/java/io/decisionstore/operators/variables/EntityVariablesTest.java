package io.decisionstore.operators.variables;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.Vectors;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the scenarios do not show: how many items are written, their versions, and what is kept. */
class EntityVariablesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENTITY = "customer_id=c1";
  private static final long NOW = 1_700_000_000_000L;

  private Chain chain;

  @BeforeEach
  void open() throws Exception {
    chain = new Chain(plan("declines", 60_000, 10_000), null);
    chain.at(NOW);
  }

  @AfterEach
  void close() throws Exception {
    chain.close();
  }

  @Test
  void aRevisionSeenBeforeOrOlderWritesNothing() throws Exception {
    chain.arrives(decision("d1", 3, "c1", NOW));
    assertThat(chain.items).isEqualTo(1);
    chain.arrives(decision("d1", 3, "c1", NOW));
    chain.arrives(decision("d1", 2, "c2", NOW));
    assertThat(chain.items).isEqualTo(1);
  }

  @Test
  void aCorrectionIsOneItemAndOfAnotherEntityTwo() throws Exception {
    chain.arrives(decision("d1", 1, "c1", NOW));
    chain.arrives(decision("d1", 2, "c1", NOW - 20_000));
    assertThat(chain.items).isEqualTo(2); // never one from which the decision is missing
    assertThat(value(ENTITY)).isEqualTo(1L);
    chain.arrives(decision("d1", 3, "c2", NOW));
    assertThat(chain.items).isEqualTo(4);
    assertThat(value(ENTITY)).isEqualTo(0L);
    assertThat(value("customer_id=c2")).isEqualTo(1L);
  }

  @Test
  void versionsRiseWithinAMillisecondAndFollowTheWallClock() throws Exception {
    chain.arrives(decision("d1", 1, "c1", NOW));
    long first = Chain.version(item(ENTITY));
    assertThat(first).isEqualTo(NOW * 1_000);
    chain.arrives(decision("d2", 1, "c1", NOW));
    assertThat(Chain.version(item(ENTITY))).isEqualTo(first + 1);
    chain.at(NOW + 1);
    chain.arrives(decision("d3", 1, "c1", NOW));
    assertThat(Chain.version(item(ENTITY))).isEqualTo((NOW + 1) * 1_000);
  }

  @Test
  void aClockSetBackLowersNoVersionAndBringsNothingBack() throws Exception {
    chain.arrives(decision("d1", 1, "c1", NOW));
    chain.at(NOW + 70_000);
    long version = Chain.version(item(ENTITY));
    assertThat(value(ENTITY)).isEqualTo(0L);
    chain.at(NOW);
    chain.arrives(decision("d1", 2, "c1", NOW));
    assertThat(value(ENTITY)).isEqualTo(0L);
    assertThat(Chain.version(item(ENTITY))).isGreaterThan(version);
  }

  @Test
  void aWindowRunsOutWithoutAnEventAtTheEndOfItsHop() throws Exception {
    chain.arrives(decision("d1", 1, "c1", NOW)); // NOW begins a hop
    chain.at(NOW + 69_999);
    assertThat(chain.items).isEqualTo(1);
    chain.at(NOW + 70_000);
    assertThat(value(ENTITY)).isEqualTo(0L);
    assertThat(item(ENTITY).getField(ItemRows.AS_OF)).isEqualTo(NOW + 70_000);
  }

  @Test
  void anEntityWithoutValuesIsForgottenAfterAnHour() throws Exception {
    chain.arrives(decision("d1", 1, "c1", NOW));
    chain.at(NOW + 70_000);
    assertThat(chain.stateEntries("shop-customer_id")).isEqualTo(1);
    chain.at(NOW + 70_000 + EntityVariables.FORGET_AFTER_MS);
    assertThat(chain.stateEntries("shop-customer_id")).isZero();
    assertThat(chain.timers("shop-customer_id")).isZero();
    assertThat(chain.items).isEqualTo(2);
    chain.arrives(decision("d2", 1, "c1", NOW + 3_000_000_000L));
    assertThat(value(ENTITY)).isEqualTo(1L);
  }

  @Test
  void aDecisionTooOldForEveryWindowWritesAnItemOfZeros() throws Exception {
    chain.arrives(decision("d1", 1, "c1", NOW - 80_000));
    assertThat(value(ENTITY)).isEqualTo(0L);
  }

  @Test
  void windowsThatRanOutWhileTheJobWasDownAreRewrittenOnRestore() throws Exception {
    chain.arrives(decision("d1", 1, "c1", NOW));
    chain.arrives(decision("d2", 1, "c1", NOW + 50_000));
    try (Chain restored = new Chain(plan("declines", 60_000, 10_000), chain.snapshot(1))) {
      restored.at(NOW + 100_000);
      Row item = restored.table.get("shop").get(ENTITY);
      assertThat(restored.attributes("shop", item)).containsEntry("declines", 1L);
    }
  }

  @Test
  void aVariableAddedAcrossASavepointBeginsEmptyAndTheOthersGoOn() throws Exception {
    chain.arrives(decision("d1", 1, "c1", NOW));
    Chain.Snapshot savepoint = chain.snapshot(1);
    ObjectNode plan = (ObjectNode) JSON.readTree(plan("declines", 60_000, 10_000));
    ObjectNode added = plan.at("/entities/0/variables/0").deepCopy();
    plan.withArray("/entities/0/variables").insert(0, added.put("name", "newer"));
    try (Chain later = new Chain(plan.toString(), savepoint)) {
      later.at(NOW + 1_000);
      later.arrives(decision("d1", 2, "c1", NOW)); // nothing of it is taken back from the new one
      later.arrives(decision("d2", 1, "c1", NOW));
      assertThat(later.attributes("shop", later.table.get("shop").get(ENTITY)))
          .containsEntry("declines", 2L)
          .containsEntry("newer", 2L);
    }
  }

  @Test
  void aVariableDeclaredAnewUnderItsNameBeginsEmptyAndTheOldBucketsGo() throws Exception {
    chain.arrives(decision("d1", 1, "c1", NOW));
    chain.arrives(decision("d2", 1, "c1", NOW - 30_000));
    Chain.Snapshot changed;
    try (Chain later = new Chain(plan("declines", 30_000, 10_000), chain.snapshot(1))) {
      later.at(NOW + 1_000);
      later.arrives(decision("d3", 1, "c1", NOW));
      assertThat(later.attributes("shop", later.table.get("shop").get(ENTITY)))
          .containsEntry("declines", 1L);
      changed = later.snapshot(2);
    }
    try (Chain back = new Chain(plan("declines", 60_000, 10_000), changed)) {
      back.at(NOW + 65_000); // when the first declaration's buckets would have ended
      back.arrives(decision("d4", 1, "c1", NOW + 60_000));
      back.at(NOW + 70_000);
      assertThat(back.attributes("shop", back.table.get("shop").get(ENTITY)))
          .containsEntry("declines", 1L);
    }
  }

  private Row item(String entity) {
    return chain.table.get("shop").get(entity);
  }

  private Object value(String entity) {
    return chain.attributes("shop", item(entity)).get("declines");
  }

  private static Row decision(String id, int revision, String customer, long eventTime) {
    return Row.of(id, revision, eventTime, customer);
  }

  /** A plan of one count by customer, over few fields. */
  private static String plan(String name, long windowMs, long hopMs) throws Exception {
    ObjectNode plan = (ObjectNode) Vectors.document("variables").get("plan").deepCopy();
    ObjectNode customer = JSON.createObjectNode();
    customer.put("name", "customer_id").put("path", "customer_id").put("type", "string");
    plan.putArray("fields").add(customer);
    ObjectNode entity = JSON.createObjectNode();
    entity.put("name", "shop-customer_id").put("use_case", "shop");
    entity.putArray("key").addObject().put("name", "customer_id").put("expression", "customer_id");
    ObjectNode variable = entity.putArray("variables").addObject();
    variable.put("name", name).put("version", 1).put("aggregate", "count").putArray("arguments");
    variable.put("window_ms", windowMs).put("hop_ms", hopMs).put("type", "long");
    plan.putArray("entities").add(entity);
    return plan.toString();
  }
}
