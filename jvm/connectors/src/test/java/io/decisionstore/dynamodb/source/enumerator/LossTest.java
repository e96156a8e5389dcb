package io.decisionstore.dynamodb.source.enumerator;

import static io.decisionstore.dynamodb.source.enumerator.EnumeratorHarness.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.source.client.StreamsClient.ListedShard;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.enumerator.EnumeratorState.StreamState;
import io.decisionstore.dynamodb.source.enumerator.Lineage.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can no longer be read is told, and the job fails or goes on as configured. */
class LossTest {
  private static final String NEWER = ListedStreams.arn("t", "2026-02-02");

  private final EnumeratorHarness flink = new EnumeratorHarness();

  private List<String> taken() {
    return flink.context.take();
  }

  private static EnumeratorState state(long takenAt, Lineage.Shard... shards) {
    return new EnumeratorState(
        takenAt,
        Long.MAX_VALUE,
        List.of(new StreamState(ListedStreams.ARN, null, 0, true, List.of(shards))));
  }

  private static Lineage.Shard shard(String shardId, String parentId, Status status) {
    return new Lineage.Shard(shardId, parentId, status, 0);
  }

  @Test
  void aCheckpointOlderThanTheStreamKeepsRecordsIsASentence() {
    flink.streams.open("a", null);
    EnumeratorState state = state(NOW - 26 * 3_600_000L, shard("a", null, Status.ASSIGNED));
    assertThatThrownBy(() -> flink.started(state))
        .hasMessageContaining("The checkpoint was taken at ")
        .hasMessageContaining("26 hours ago")
        .hasMessageContaining("is lost")
        .hasMessageContaining("set_on_trimmed(OnLoss.CONTINUE)")
        .hasMessageContaining("without the checkpoint and bootstrap from the table");
  }

  @Test
  void anOldCheckpointGoesOnAsConfiguredAndIsCounted() {
    flink.onTrimmed = LossPolicy.CONTINUE;
    flink.streams.open("a", null).open("b", null);
    flink.started(state(NOW - 26 * 3_600_000L, shard("a", null, Status.ASSIGNED)));
    assertThat(taken()).containsExactly("0:b@TRIM_HORIZON");
    assertThat(flink.enumerator.metrics().trimmedGaps()).isEqualTo(1);
  }

  @Test
  void aYoungCheckpointIsNoLoss() {
    flink.streams.open("a", null);
    assertThatCode(
            () -> flink.started(state(NOW - 23 * 3_600_000L, shard("a", null, Status.ASSIGNED))))
        .doesNotThrowAnyException();
  }

  @Test
  void aShardWhoseParentNobodyReadFailsTheJobAfterASecondLook() {
    flink.streams.closed("a", null).open("x", null);
    flink.started();
    taken();
    flink.streams.open("c", "b"); // b was split off a and is trimmed already
    flink.context.pass(9_000);
    assertThatThrownBy(() -> flink.context.pass(7_000))
        .hasMessageContaining("Shard c of ")
        .hasMessageContaining("follows shard b")
        .hasMessageContaining("set_on_trimmed(OnLoss.CONTINUE)");
    assertThat(flink.streams.count("shards")).isGreaterThanOrEqualTo(3);
  }

  @Test
  void afterALossReadingGoesOnIfConfigured() {
    flink.onTrimmed = LossPolicy.CONTINUE;
    flink.streams.open("x", null);
    flink.started();
    taken();
    flink.streams.open("c", "b").open("d", "c");
    flink.context.pass(18_000);
    assertThat(taken()).containsExactly("0:c@TRIM_HORIZON");
    assertThat(flink.enumerator.metrics().trimmedGaps()).isEqualTo(1);
    flink.context.pass(60_000);
    assertThat(flink.enumerator.metrics().trimmedGaps()).isEqualTo(1);
  }

  @Test
  void whatFollowsALostShardWaitsForThoseThatMayBeItsAncestors() {
    flink.onTrimmed = LossPolicy.CONTINUE;
    flink.streams.open("c", "b");
    flink.started(state(NOW - 3_600_000, shard("a", null, Status.ASSIGNED)));
    flink.context.pass(8_000);
    assertThat(taken()).isEmpty();
    flink.ended("a");
    assertThat(taken()).containsExactly("0:c@TRIM_HORIZON");
  }

  @Test
  void aParentThatOnlyOneListMissesIsNoLoss() {
    flink.streams.closed("a", null).open("x", null);
    flink.started();
    flink.streams.closed("b", "a").open("c", "b").hidden.add("b");
    flink.context.pass(11_000);
    flink.streams.hidden.clear();
    flink.context.pass(30_000);
    assertThat(flink.status("c")).isEqualTo(Status.WAITING);
  }

  @Test
  void unknownParentsAreNoLossAtAFirstStart() {
    flink.streams.closed("c", "trimmed").open("d", "c");
    flink.started().context.pass(30_000);
    assertThat(taken()).containsExactly("0:c@TRIM_HORIZON");
  }

  @Test
  void aStreamThatWasEnabledAgainBeforeTheRestoreIsASentence() {
    flink.streams.closed("a", null).put(NEWER, new ListedShard("n", null, false));
    assertThatThrownBy(() -> flink.started(state(NOW - 1_000, shard("a", null, Status.ASSIGNED))))
        .hasMessageContaining("The stream of table t was disabled and enabled again")
        .hasMessageContaining(NEWER)
        .hasMessageContaining("set_on_new_stream(OnLoss.CONTINUE)");
  }

  @Test
  void aStreamThatIsEnabledAgainWhileItIsReadIsASentence() {
    flink.streams.closed("a", null);
    flink.started();
    flink.streams.put(NEWER, new ListedShard("n", null, false));
    assertThatThrownBy(() -> flink.context.pass(30_000)).hasMessageContaining(NEWER);
  }

  @Test
  void aNewStreamIsReadAfterTheOldOneIfConfigured() {
    flink.onNewStream = LossPolicy.CONTINUE;
    flink.streams.closed("a", null).closed("b", null);
    flink.started();
    flink.streams.put(NEWER, new ListedShard("n", null, false));
    flink.context.pass(20_000);
    assertThat(taken()).containsExactlyInAnyOrder("0:a@TRIM_HORIZON", "0:b@TRIM_HORIZON");
    flink.ended("a");
    flink.context.pass(20_000);
    flink.ended("b");
    flink.context.pass(20_000);
    assertThat(taken()).isEmpty(); // what a and b carried last may still be on its way
    flink.checkpoint(1);
    assertThat(flink.context.assigned)
        .singleElement()
        .satisfies(one -> assertThat(one.split().splitId()).isEqualTo(NEWER + "/n"));
    assertThat(flink.enumerator.metrics().trimmedGaps()).isEqualTo(1);
  }

  @Test
  void aNewStreamInTheCheckpointIsNotToldAgain() {
    flink.onNewStream = LossPolicy.CONTINUE;
    flink.streams.closed("a", null).put(NEWER, new ListedShard("n", null, false));
    EnumeratorState kept =
        flink
            .started(state(NOW - 1_000, shard("a", null, Status.ASSIGNED)))
            .enumerator
            .snapshotState(1);
    EnumeratorHarness later = new EnumeratorHarness();
    later.streams.closed("a", null).put(NEWER, new ListedShard("n", null, false));
    later.started(kept).context.pass(30_000);
    later.ended("a");
    later.context.pass(10_000);
    later.checkpoint(2);
    assertThat(later.context.assigned)
        .singleElement()
        .satisfies(one -> assertThat(one.split().streamArn()).isEqualTo(NEWER));
  }

  @Test
  void aStreamThatIsGoneForGoodIsASentence() {
    flink.streams.open("a", null);
    flink.started();
    flink.streams.drop(ListedStreams.ARN);
    assertThatThrownBy(() -> flink.context.pass(60_000))
        .hasMessageContaining("is gone")
        .hasMessageContaining("set_on_new_stream");
  }

  @Test
  void aStreamThatIsMissingForAMomentIsNoLoss() {
    flink.streams.open("a", null);
    flink.started();
    flink.streams.drop(ListedStreams.ARN);
    flink.context.pass(9_000);
    flink.streams.open("a", null);
    assertThatCode(() -> flink.context.pass(120_000)).doesNotThrowAnyException();
  }

  @Test
  void anOldStreamOfWhichNothingIsLeftLeavesTheState() {
    flink.onNewStream = LossPolicy.CONTINUE;
    flink.streams.closed("a", null).put(NEWER, new ListedShard("n", null, false));
    flink.started(state(NOW - 1_000, shard("a", null, Status.ASSIGNED)));
    flink.ended("a");
    flink.checkpoint(1);
    flink.streams.drop(ListedStreams.ARN);
    flink.context.pass(2 * Lineage.FORGET_AFTER_MS);
    assertThat(flink.enumerator.snapshotState(2).streams())
        .singleElement()
        .satisfies(stream -> assertThat(stream.stream()).isEqualTo(NEWER));
  }
}
