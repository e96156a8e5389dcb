package io.decisionstore.operators.variables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;
import io.decisionstore.operators.plan.VariablesPlan;
import io.decisionstore.operators.variables.EntityVariablesTest.Plans;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** The state of an entity: what its serializer promises, how large it is, and that it stays so. */
class StateTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final long DAY = 86_400_000;
  private static final String KEY = "shop/customer_id=c1";
  private static final String PLAN = plan();
  private static final VariablesPlan PARSED = VariablesPlan.read(PLAN);
  private static final TypeSerializer<EntityState> SERIALIZER = serializer(EntityState.TYPE);

  /** Ten variables over 30 days by the day, of every kind. */
  private static String plan() {
    ObjectNode[] variables = {
      Plans.count("decisions", 0, 0),
      Plans.count("more", 0, 0),
      Plans.of("spent", "sum", null, "amount", "double"),
      Plans.of("spent_again", "sum", null, "amount", "double"),
      Plans.of("average", "avg", null, "amount", "double"),
      Plans.of("least", "min", null, "amount", "double"),
      Plans.of("most", "max", null, "amount", "double"),
      Plans.of("newest", "last", null, "decision_id", "string"),
      Plans.of("newest_amounts", "last_k", 5, "amount", "double"),
      Plans.of("reasons", "distinct", 100, "reason", "long"),
    };
    for (ObjectNode variable : variables) {
      variable.put("window_ms", 30 * DAY).put("hop_ms", DAY);
    }
    return Plans.of(variables);
  }

  private static <T> TypeSerializer<T> serializer(OwnType<T> type) {
    return type.createSerializer((SerializerConfig) null);
  }

  /** An entity that decides several times a day, for as many days. */
  private static LocalJob busy(int days) {
    LocalJob job = new LocalJob(true);
    job.use(PARSED);
    Random random = new Random(7);
    for (int hour = 0; hour < days * 24; hour += 4) {
      long now = NOW + hour * 3_600_000L;
      job.at(now);
      double amount = Math.round(random.nextDouble() * 100_000) / 100.0;
      String reason = "reason " + random.nextInt(20);
      job.arrives(Plans.event("decision-%08d".formatted(hour), 1, "c1", now, amount, reason));
    }
    return job;
  }

  @Test
  void aBusyEntityOfTenVariablesFitsIntoFourKilobytesAndStaysThere() {
    LocalJob month = busy(31);
    LocalJob quarter = busy(120);
    assertThat(month.stateBytes(KEY)).isBetween(1_000, 4_096);
    assertThat(quarter.stateBytes(KEY)).isLessThan((int) (month.stateBytes(KEY) * 1.1));
    // Six decisions a day; four variables keep them, a day in a block.
    assertThat(quarter.overflowEntries()).isBetween(4 * 27, 4 * 31);
    quarter.at(NOW + 400 * DAY);
    assertThat(quarter.entities()).isZero();
    assertThat(quarter.overflowEntries()).isZero();
  }

  @Test
  void withoutAWindowAnEntityKeepsWhatCameWithinTheRetention() {
    LocalJob job = forEver();
    Random random = new Random(5);
    int most = 0;
    for (int day = 0; day < 4 * 365; day++) {
      long now = NOW + day * DAY;
      job.at(now);
      double amount = Math.round(random.nextDouble() * 100_000) / 100.0;
      job.arrives(Plans.event("decision-%08d".formatted(day), 1, "c1", now, amount, "any"));
      int corrected = day - random.nextInt(90);
      if (day % 5 == 0 && corrected >= 0) {
        long then = NOW + corrected * DAY;
        job.arrives(
            Plans.event("decision-%08d".formatted(corrected), 2 + day, "c1", then, amount, "any"));
      }
      most = Math.max(most, job.overflowEntries());
    }
    // last and last_k lay a decision a day there, in blocks of 4 to 8; of min and first little.
    assertThat(most).isBetween(2 * 80 / 8, (2 * (2 * 90 + 6) + 100) / 4);
    assertThat(job.stateBytes(KEY)).isLessThan(4_096);
  }

  @Test
  void aCorrectionThatChangesNothingKeepsItsDecisionInReach() {
    LocalJob job = forEver();
    arrives(job, 0, "d1", 1, 10.0);
    arrives(job, 0, "d2", 1, 20.0);
    arrives(job, 80, "d1", 2, 10.0);
    arrives(job, 100, "d3", 1, 30.0); // were d1 settled, d2 would go now
    arrives(job, 150, "d1", 3, 40.0);
    assertThat(job.table().get("shop").get("customer_id=c1").at("/least/N").asDouble())
        .isEqualTo(20.0);
    arrives(job, 300, "d4", 1, 50.0);
    assertThat(job.table().get("shop").get("customer_id=c1").at("/least/N").asDouble())
        .isEqualTo(20.0);
  }

  @Test
  void aDistinctThatGoesOverItsLimitIsCountedOnce() {
    LocalJob job = new LocalJob(true);
    job.use(
        VariablesPlan.read(
            Plans.of(
                Plans.of("few", "distinct", 1_000, "decision_id", "long"),
                Plans.of("many", "distinct", 5, "decision_id", "long"))));
    for (int decision = 0; decision < 20; decision++) {
      assertThat(job.sketchesBegun()).isEqualTo(decision > 5 ? 1 : 0);
      arrives(job, 0, "d" + decision, 1, 10.0);
    }
  }

  private static void arrives(LocalJob job, int day, String id, int revision, double amount) {
    job.at(NOW + day * DAY);
    job.arrives(Plans.event(id, revision, "c1", NOW, amount, "any"));
  }

  private static LocalJob forEver() {
    ObjectNode[] variables = {
      Plans.of("least", "min", null, "amount", "double"),
      Plans.of("oldest", "first", null, "decision_id", "string"),
      Plans.of("newest", "last", null, "decision_id", "string"),
      Plans.of("newest_amounts", "last_k", 5, "amount", "double"),
    };
    for (ObjectNode variable : variables) {
      variable.putNull("window_ms");
    }
    LocalJob job = new LocalJob(true);
    VariablesPlan plan = VariablesPlan.read(Plans.of(variables));
    job.use(
        new VariablesPlan(
            plan.version(),
            plan.kind(),
            plan.registryUrl(),
            plan.eventSchema(),
            90 * DAY,
            plan.fields(),
            plan.entities()));
    return job;
  }

  @Test
  void anEntityOfOneDecisionIsSmall() {
    LocalJob job = new LocalJob(true);
    job.use(PARSED);
    job.at(NOW);
    job.arrives(Plans.event("decision-00000001", 1, "c1", NOW, 129.99, "late"));
    assertThat(job.stateBytes(KEY)).isLessThan(330);
  }

  @Test
  void aStateThatIsReadAndNotTouchedIsWrittenAsItWas() throws IOException {
    byte[] bytes = bytes(busy(31).state(KEY));
    EntityState read = read(bytes);
    assertThat(bytes(read)).isEqualTo(bytes);
    read.align(new Layout(PARSED).entities().get(0).variables());
    assertThat(bytes(read)).isEqualTo(bytes);
  }

  @Test
  void aCopySharesNothingThatChanges() throws IOException {
    Layout layout = new Layout(PARSED);
    Entities entities = new Entities(layout);
    Contributions contributions = new Contributions(PARSED, layout);
    LocalJob job = busy(5);
    EntityState state = job.state(KEY);
    for (int decision = 0; decision < 20; decision++) {
      EntityState copy = SERIALIZER.copy(state);
      byte[] before = bytes(copy);
      byte[] event = Plans.event("other" + decision, 1, "c1", NOW + 5 * DAY, decision, "new");
      List<EntityChange> changes = new ArrayList<>();
      try {
        NewestRevisions.changes(null, contributions.of(event), layout, changes::add);
      } catch (io.decisionstore.operators.avro.UnreadableEventException impossible) {
        throw new AssertionError(impossible);
      }
      List<Item> items = new ArrayList<>();
      long now = NOW + (5 + decision) * DAY; // hops expire on the way
      state = entities.apply(state, changes.get(0), now, job.overflowOf(KEY), items::add);
      assertThat(bytes(copy)).isEqualTo(before);
      assertThat(bytes(state)).isNotEqualTo(before);
      if (decision % 7 == 3) {
        state = read(bytes(state));
      }
    }
  }

  @Test
  void whatWentOverAnEdgeIsAsItWas() throws IOException {
    DecisionContributions contributions =
        new DecisionContributions("d\u00e9\ud83d\ude00", 7, new byte[] {1, 2, 3});
    DecisionContributions again = again(DecisionContributions.TYPE, contributions);
    assertThat(again.decisionId()).isEqualTo(contributions.decisionId());
    assertThat(again.revision()).isEqualTo(7);
    assertThat(again.entities()).containsExactly(1, 2, 3);
    EntityChange change = again(EntityChange.TYPE, new EntityChange("k", "d", null, new byte[300]));
    assertThat(change.key()).isEqualTo("k");
    assertThat(change.decisionId()).isEqualTo("d");
    assertThat(change.before()).isNull();
    assertThat(change.after()).hasSize(300);
    OverflowKey key = new OverflowKey(-5, new byte[] {4});
    assertThat(again(OverflowKey.TYPE, key)).isEqualTo(key);
  }

  private static <T> T again(OwnType<T> type, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer(type).serialize(value, out);
    DataOutputSerializer copied = new DataOutputSerializer(16);
    serializer(type).copy(new DataInputDeserializer(out.getCopyOfBuffer()), copied);
    assertThat(copied.getCopyOfBuffer()).isEqualTo(out.getCopyOfBuffer());
    return serializer(type).deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
  }

  @Test
  void aSnapshotOfTheSerializerFindsItsValues() throws Exception {
    for (OwnType<?> type :
        List.of(
            EntityState.TYPE, OverflowKey.TYPE, DecisionContributions.TYPE, EntityChange.TYPE)) {
      TypeSerializer<?> serializer = serializer(type);
      DataOutputSerializer out = new DataOutputSerializer(16);
      TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
      TypeSerializerSnapshot<Object> read =
          TypeSerializerSnapshot.readVersionedSnapshot(
              new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
      assertThat(read.restoreSerializer()).isEqualTo(serializer);
      @SuppressWarnings("unchecked") // of the same type
      TypeSerializerSnapshot<Object> current =
          (TypeSerializerSnapshot<Object>) serializer.snapshotConfiguration();
      assertThat(current.resolveSchemaCompatibility(read).isCompatibleAsIs()).isTrue();
    }
  }

  @Test
  void whatANewerReleaseWroteIsRefusedWithTheWayOut() throws Exception {
    byte[] bytes = bytes(busy(1).state(KEY));
    bytes[0] = 2;
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Start the release that wrote it");
    assertThatThrownBy(
            () ->
                new EntityState.Snapshot()
                    .readSnapshot(1, new DataInputDeserializer(new byte[] {0, 0, 0, 2}), null))
        .hasMessageContaining("newer release");
  }

  @Test
  void framesOfAnyLengthAreReadAsTheyWereWritten() {
    for (int size : new int[] {0, 1, 127, 128, 16_383, 16_384, 70_000}) {
      ByteWriter out = new ByteWriter();
      out.oneByte(9);
      int frame = out.beginFrame();
      byte[] content = new byte[size];
      new Random(size).nextBytes(content);
      out.raw(content, 0, size);
      out.endFrame(frame);
      out.oneByte(8);
      ByteReader in = new ByteReader(out.copy());
      assertThat(in.oneByte()).isEqualTo(9);
      assertThat(in.framed()).isEqualTo(content);
      assertThat(in.oneByte()).isEqualTo(8);
      assertThat(in.hasMore()).isFalse();
    }
  }

  private static byte[] bytes(EntityState state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(256);
    SERIALIZER.serialize(state, out);
    return out.getCopyOfBuffer();
  }

  private static EntityState read(byte[] bytes) throws IOException {
    return SERIALIZER.deserialize(new DataInputDeserializer(bytes));
  }
}
