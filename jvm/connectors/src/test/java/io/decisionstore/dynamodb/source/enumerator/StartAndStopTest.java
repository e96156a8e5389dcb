package io.decisionstore.dynamodb.source.enumerator;

import static io.decisionstore.dynamodb.source.enumerator.EnumeratorHarness.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.client.StreamsException.Kind;
import io.decisionstore.dynamodb.source.config.StreamPosition;
import io.decisionstore.dynamodb.source.enumerator.Lineage.Status;
import io.decisionstore.dynamodb.source.split.ShardEnd;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a source without a checkpoint begins, and where a bounded one ends. */
class StartAndStopTest {
  private static final StreamPosition LATEST = new StreamPosition(StreamPosition.Kind.LATEST, 0);

  private final EnumeratorHarness flink = new EnumeratorHarness();

  private List<String> taken() {
    return flink.context.take();
  }

  private static StreamPosition at(long millis) {
    return new StreamPosition(StreamPosition.Kind.TIMESTAMP, millis);
  }

  @Test
  void aStartAtATimestampTakesItsWholeSecond() {
    flink.start = at(NOW - 5_000 + 700); // records carry the second they were written in
    flink.streams.open("a", null);
    flink.started();
    assertThat(flink.context.assigned)
        .singleElement()
        .satisfies(one -> assertThat(one.split().from()).isEqualTo(NOW - 5_000));
  }

  @Test
  void atLatestAnOpenShardComesWithTheIteratorTakenAtTheStart() {
    flink.start = LATEST;
    flink.streams.open("a", null);
    flink.started();
    assertThat(flink.context.assigned)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.split().position()).isEqualTo(ShardSplit.LATEST);
              assertThat(one.split().iterator()).isEqualTo("at a");
              assertThat(one.split().from()).isBetween(NOW - 70_000, NOW - 10_000);
            });
  }

  @Test
  void atLatestAChildListedBesideItsOpenParentIsReadFromItsStart() {
    flink.start = LATEST;
    flink.streams.open("parent", null).open("child", "parent");
    flink.started();
    assertThat(taken()).containsExactly("0:parent@LATEST");
    flink.ended("parent");
    assertThat(taken()).containsExactly("0:child@TRIM_HORIZON");
  }

  @Test
  void atLatestAClosedShardIsPassedOverAndItsOpenChildBeginsAtLatest() {
    flink.start = LATEST;
    flink.streams.closed("parent", null).open("child", "parent");
    flink.started();
    assertThat(taken()).containsExactly("0:child@LATEST");
    assertThat(flink.status("parent")).isEqualTo(Status.FINISHED);
  }

  @Test
  void atLatestAChildThatTheFirstListDidNotShowYetIsFoundAndReadFromItsStart() {
    flink.start = LATEST;
    flink.streams.closed("parent", null).open("child", "parent").hidden.add("child");
    flink.started();
    assertThat(taken()).isEmpty();
    flink.streams.hidden.clear();
    flink.context.pass(2_100);
    assertThat(flink.context.assigned)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.split().position()).isEqualTo(ShardSplit.TRIM_HORIZON);
              assertThat(one.split().from()).isLessThanOrEqualTo(NOW - 10_000);
            });
  }

  @Test
  void atLatestAShardThatSplitsWhileIteratorsAreTakenLosesNothing() {
    flink.start = LATEST;
    flink.streams.open("a", null);
    flink.streams.atIterator = () -> flink.streams.closed("a", null).open("b", "a");
    flink.started();
    assertThat(taken()).containsExactly("0:a@LATEST");
    flink.ended("a");
    flink.context.pass(500);
    assertThat(taken()).containsExactly("0:b@TRIM_HORIZON");
  }

  @Test
  void atLatestAnIteratorThatFailsInPassingIsTakenAgain() {
    flink.start = LATEST;
    flink.streams.open("a", null).open("b", null);
    flink.streams.atIterator =
        () -> {
          flink.streams.atIterator = () -> {};
          flink.streams.failures.add(new StreamsException(Kind.THROTTLED, "slow down", null));
        };
    flink.started();
    assertThat(taken()).containsExactlyInAnyOrder("0:a@LATEST", "0:b@LATEST");
  }

  @Test
  void anEndpointThatIsNeverReachedEndsTheJob() {
    for (List<String> told : List.of(List.of("t"), List.of(ListedStreams.ARN))) {
      EnumeratorHarness one = new EnumeratorHarness();
      one.told = told;
      one.streams.open("a", null);
      for (int i = 0; i < 100; i++) {
        one.streams.failures.add(new StreamsException(Kind.TRANSIENT, "Nobody there.", null));
      }
      one.started();
      one.context.pass(20_000);
      assertThatThrownBy(() -> one.context.pass(30_000))
          .hasMessageContaining("Nobody there. Tried for 30 s.");
    }
  }

  @Test
  void anEndpointThatIsLostLaterIsWaitedFor() {
    flink.streams.open("a", null);
    flink.started();
    for (int i = 0; i < 20; i++) {
      flink.streams.failures.add(new StreamsException(Kind.TRANSIENT, "Nobody there.", null));
    }
    flink.context.pass(60_000);
    assertThat(flink.streams.failures).hasSizeLessThan(20);
  }

  @Test
  void atLatestAStartThatTakesLongGoesByTime() {
    flink.start = LATEST;
    flink.streams.closed("a", null).open("b", "a");
    for (int i = 0; i < 40; i++) {
      flink.streams.failures.add(new StreamsException(Kind.THROTTLED, "slow down", null));
    }
    flink.started().context.pass(600_000);
    assertThat(flink.context.assigned)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.split().shardId()).isEqualTo("a");
              assertThat(one.split().position()).isEqualTo(ShardSplit.TRIM_HORIZON);
              assertThat(one.split().from()).isBetween(NOW - 70_000, NOW - 10_000);
            });
  }

  @Test
  void atLatestACheckpointBeforeTheFirstListKeepsTheMomentOfTheStart() {
    flink.start = LATEST;
    flink.created(null).enumerator.start();
    EnumeratorState state = flink.enumerator.snapshotState(1);

    EnumeratorHarness later = new EnumeratorHarness();
    later.start = LATEST;
    later.context.pass(3_600_000);
    later.streams.closed("a", null).open("b", "a");
    later.started(state);
    assertThat(later.context.assigned)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.split().shardId()).isEqualTo("a");
              assertThat(one.split().from()).isBetween(NOW - 70_000, NOW - 10_000);
            });
  }

  @Test
  void atLatestAReturnedShardIsReadFromItsStart() {
    flink.start = LATEST;
    flink.streams.open("a", null);
    flink.started();
    ShardSplit given = flink.context.assigned.get(0).split();
    taken();
    flink.enumerator.addSplitsBack(List.of(given), 0);
    assertThat(taken()).containsExactly("0:a@TRIM_HORIZON");
  }

  @Test
  void aStartAtATimeReadsEveryShardAndPassesOverWhatIsOlder() {
    flink.start = at(NOW - 5_000);
    flink.streams.closed("a", null).open("b", "a");
    flink.started();
    assertThat(flink.context.assigned)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.split().shardId()).isEqualTo("a");
              assertThat(one.split().from()).isEqualTo(NOW - 5_000);
            });
  }

  @Test
  void aChildKnowsUpToWhenItsParentWasRead() {
    flink.streams.closed("a", null).open("b", "a");
    flink.started();
    taken();
    flink.enumerator.handleSourceEvent(
        0, new ShardFinishedEvent(ListedStreams.ARN + "/a", ShardEnd.CLOSED, NOW + 77_000));
    assertThat(flink.context.assigned.get(0).split().readUntil()).isEqualTo(NOW + 77_000);
  }

  @Test
  void aBoundedSourceEndsWhenEveryShardHasReachedTheBound() {
    flink.stop = LATEST;
    flink.streams.open("a", null).open("b", null);
    flink.started();
    assertThat(flink.context.assigned)
        .allSatisfy(one -> assertThat(one.split().until()).isEqualTo(NOW));
    flink.ended(0, "a", ShardEnd.BOUND);
    assertThat(flink.context.dismissed).isEmpty();
    flink.ended(0, "b", ShardEnd.BOUND);
    assertThat(flink.context.dismissed).containsExactly(0);
  }

  @Test
  void readersThatComeLaterAreDismissedToo() {
    flink.stop = LATEST;
    flink.streams.open("a", null);
    flink.started();
    flink.ended(0, "a", ShardEnd.BOUND);
    flink.context.register(1);
    flink.enumerator.addReader(1);
    assertThat(flink.context.dismissed).containsExactly(0, 1);
  }

  @Test
  void aShardThatClosedBeforeTheBoundHasItsChildrenRead() {
    flink.stop = at(NOW + 3_600_000);
    flink.streams.closed("a", null).open("b", "a");
    flink.started();
    flink.ended("a");
    assertThat(flink.context.dismissed).isEmpty();
    flink.ended(0, "b", ShardEnd.BOUND);
    flink.context.pass(8_000);
    assertThat(flink.context.dismissed).containsExactly(0);
  }

  @Test
  void aSecondChildThatIsSeenAfterTheFirstIsReadToo() {
    flink.stop = LATEST;
    flink.streams.closed("a", null).open("b", "a").open("c", "a").hidden.add("c");
    flink.started();
    flink.ended("a");
    flink.ended(0, "b", ShardEnd.BOUND);
    flink.context.pass(1_000);
    assertThat(flink.context.dismissed).isEmpty();
    flink.streams.hidden.clear();
    flink.context.pass(8_000);
    assertThat(taken()).contains("0:c@TRIM_HORIZON");
    flink.ended(0, "c", ShardEnd.BOUND);
    flink.context.pass(2_000);
    assertThat(flink.context.dismissed).containsExactly(0);
  }

  @Test
  void atLatestAParentListedAfterItsChildHasBegunIsPassedOver() {
    flink.start = LATEST;
    flink.streams.closed("a", null).open("b", "a").hidden.add("a");
    flink.started();
    assertThat(taken()).containsExactly("0:b@LATEST");
    flink.streams.hidden.clear();
    flink.context.pass(11_000);
    assertThat(taken()).isEmpty();
    assertThat(flink.status("a")).isEqualTo(Status.FINISHED);
  }

  @Test
  void nothingBelowABoundIsRead() {
    flink.stop = LATEST;
    flink.streams.closed("a", null).closed("b", "a").open("c", "b");
    flink.started();
    taken();
    flink.ended(0, "a", ShardEnd.BOUND);
    flink.context.pass(60_000);
    assertThat(taken()).isEmpty();
    assertThat(flink.context.dismissed).containsExactly(0);
  }

  @Test
  void aClosedShardWithoutChildIsWaitedForAWhile() {
    flink.stop = LATEST;
    flink.streams.closed("a", null).open("b", "a").hidden.add("b");
    flink.started();
    flink.ended("a");
    flink.context.pass(4_000);
    assertThat(flink.context.dismissed).isEmpty();
    flink.streams.hidden.clear();
    flink.context.pass(3_000);
    assertThat(taken()).contains("0:b@TRIM_HORIZON");
    assertThat(flink.context.dismissed).isEmpty();
  }

  @Test
  void aDisabledStreamEndsABoundedSource() {
    flink.stop = LATEST;
    flink.streams.closed("a", null);
    flink.started();
    flink.ended("a");
    flink.context.pass(8_000);
    assertThat(flink.context.dismissed).containsExactly(0);
  }

  @Test
  void beforeTheBoundAClosedShardWithoutChildMayStillGetOne() {
    flink.stop = at(NOW + 60_000);
    flink.streams.closed("a", null);
    flink.started();
    flink.ended("a");
    flink.context.pass(50_000);
    assertThat(flink.context.dismissed).isEmpty();
    flink.context.pass(20_000);
    assertThat(flink.context.dismissed).containsExactly(0);
  }

  @Test
  void aBoundThatItsReaderLosesIsReadAgainByThatReader() {
    flink.stop = LATEST;
    flink.streams.open("a", null).open("b", null);
    flink.readers(2).started();
    flink.ended(0, "a", ShardEnd.BOUND);
    flink.ended(1, "b", ShardEnd.BOUND);
    assertThat(flink.context.dismissed).containsExactly(0, 1);
    taken();
    flink.context.dismissed.clear();
    flink.enumerator.addSplitsBack(List.of(EnumeratorHarness.split("b")), 1);
    assertThat(taken()).containsExactly("1:b@TRIM_HORIZON");
    flink.ended(1, "b", ShardEnd.BOUND);
    assertThat(flink.context.dismissed).containsExactly(1);
  }

  @Test
  void aRestoreKeepsTheBound() {
    flink.stop = LATEST;
    flink.streams.open("a", null);
    EnumeratorState state = flink.started().enumerator.snapshotState(1);
    EnumeratorHarness later = new EnumeratorHarness();
    later.stop = LATEST;
    later.context.pass(3_600_000);
    later.streams.open("a", null).open("b", null);
    later.started(state);
    assertThat(later.context.assigned)
        .singleElement()
        .satisfies(one -> assertThat(one.split().until()).isEqualTo(NOW));
  }

  @Test
  void aRunBehindABoundedOneReadsWhatCameSince() {
    flink.stop = at(NOW);
    flink.streams.open("a", null);
    flink.started();
    flink.ended(0, "a", ShardEnd.BOUND);
    EnumeratorState state = flink.enumerator.snapshotState(1);

    EnumeratorHarness later = new EnumeratorHarness();
    later.streams.closed("a", null).open("b", "a");
    later.started(state);
    assertThat(later.context.assigned)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.split().shardId()).isEqualTo("a");
              assertThat(one.split().from()).isEqualTo(NOW + 1);
              assertThat(one.split().until()).isEqualTo(Long.MAX_VALUE);
            });
  }

  @Test
  void aRunThatHadNotReachedItsBoundCannotBeGivenAnother() {
    flink.stop = at(NOW);
    flink.streams.open("a", null);
    EnumeratorState state = flink.started().enumerator.snapshotState(1);
    EnumeratorHarness later = new EnumeratorHarness();
    later.stop = at(NOW + 5_000);
    assertThatThrownBy(() -> later.started(state))
        .hasMessageContaining("restore it with the same end first");
  }
}
