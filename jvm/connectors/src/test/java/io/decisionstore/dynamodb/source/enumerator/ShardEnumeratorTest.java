package io.decisionstore.dynamodb.source.enumerator;

import static io.decisionstore.dynamodb.source.enumerator.EnumeratorHarness.split;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.source.client.StreamsClient.ListedShard;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.client.StreamsException.Kind;
import io.decisionstore.dynamodb.source.enumerator.Lineage.Status;
import io.decisionstore.dynamodb.source.split.ShardEnd;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lineage, failures of readers and of calls, and the search for children. */
class ShardEnumeratorTest {
  private final EnumeratorHarness flink = new EnumeratorHarness();

  private List<String> taken() {
    return flink.context.take();
  }

  @Test
  void nothingIsAskedBeforeTheStart() {
    flink.created(null);
    flink.context.pass(60_000);
    assertThat(flink.streams.calls).isEmpty();
  }

  @Test
  void aShardAssignedAndFinishedSinceTheCheckpointIsReadAgain() {
    flink.streams.closed("a", null);
    flink.started();
    taken();
    flink.ended("a");
    flink.enumerator.addSplitsBack(List.of(split("a")), 0);
    assertThat(taken()).containsExactly("0:a@TRIM_HORIZON");
  }

  @Test
  void aReturnedChildWaitsForTheParentThatItsReaderReadsAgain() {
    flink.streams.closed("a", null).open("b", "a");
    flink.started().checkpoint(1);
    flink.ended("a");
    assertThat(taken()).containsExactly("0:a@TRIM_HORIZON", "0:b@TRIM_HORIZON");

    flink.enumerator.addSplitsBack(List.of(split("b")), 0);
    assertThat(taken()).isEmpty();
    flink.ended("a");
    assertThat(taken()).containsExactly("0:b@TRIM_HORIZON");
  }

  @Test
  void anEndThatACompletedCheckpointHoldsIsNotTakenBack() {
    flink.streams.closed("a", null).open("b", "a");
    flink.started();
    flink.ended("a");
    flink.checkpoint(1);
    taken();
    flink.enumerator.addSplitsBack(List.of(split("b")), 0);
    assertThat(taken()).containsExactly("0:b@TRIM_HORIZON");
  }

  @Test
  void anEndAfterTheEnumeratorsSnapshotIsNotPartOfThatCheckpoint() {
    flink.streams.closed("a", null).open("b", "a");
    flink.started().enumerator.snapshotState(1);
    flink.ended("a");
    flink.enumerator.notifyCheckpointComplete(1);
    taken();
    flink.enumerator.addSplitsBack(List.of(split("b")), 0);
    assertThat(taken()).isEmpty();
  }

  @Test
  void anotherReadersFailureDoesNotTakeAnEndBack() {
    flink.streams.closed("a", null).open("b", "a");
    flink.readers(2).started();
    flink.ended("a");
    flink.enumerator.addSplitsBack(List.of(), 1);
    assertThat(flink.status("a")).isEqualTo(Status.FINISHED);
  }

  @Test
  void aReturnedShardIsWaitingInTheCheckpointToo() {
    flink.streams.closed("a", null);
    flink.started();
    flink.ended("a");
    flink.context.readers.clear();
    flink.enumerator.addSplitsBack(List.of(split("a")), 0);
    assertThat(flink.status("a")).isEqualTo(Status.WAITING);
  }

  @Test
  void rootsAreSpreadEvenlyOnceEveryReaderIsThere() {
    flink.streams.open("a", null).open("b", null).open("c", null).open("d", null);
    flink.context.parallelism = 2;
    flink.started();
    assertThat(taken()).isEmpty();
    flink.context.register(1);
    flink.enumerator.addReader(1);
    assertThat(taken())
        .containsExactly(
            "0:a@TRIM_HORIZON", "1:b@TRIM_HORIZON", "0:c@TRIM_HORIZON", "1:d@TRIM_HORIZON");
  }

  @Test
  void aChildThatShowsUpLateIsFoundInMilliseconds() {
    flink.streams.closed("a", null).open("b", "a").hidden.add("b");
    flink.started();
    taken();
    flink.ended("a");
    flink.context.pass(200);
    flink.streams.hidden.clear();
    assertThat(taken()).isEmpty();
    flink.context.pass(400);
    assertThat(taken()).containsExactly("0:b@TRIM_HORIZON");
    assertThat(flink.enumerator.metrics().childDiscoveryDelayMaxMs()).isBetween(200L, 600L);
    assertThat(flink.streams.count("shards")).isEqualTo(1);
  }

  @Test
  void aServerThatIgnoresTheFilterHandsOutNobodyElsesChildren() {
    flink.streams.ignoresFilter = true;
    flink.streams.closed("a", null).open("x", null);
    flink.started();
    taken();
    flink.streams.open("b", "a").open("z", "y");
    flink.ended("a");
    flink.context.pass(100);
    assertThat(taken()).containsExactly("0:b@TRIM_HORIZON");
    assertThat(flink.status("z")).isNull();
  }

  @Test
  void manyEndsAtOnceTakeOneListing() {
    for (int i = 0; i < 10; i++) {
      flink.streams.closed("p" + i, null);
    }
    flink.started();
    for (int i = 0; i < 10; i++) {
      flink.streams.open("c" + i, "p" + i);
      flink.ended("p" + i);
    }
    taken();
    flink.context.pass(500);
    assertThat(taken()).hasSize(10);
    assertThat(flink.streams.count("shards")).isLessThanOrEqualTo(3);
    assertThat(flink.streams.count("children")).isLessThanOrEqualTo(3);
  }

  @Test
  void describeStreamIsNeverAskedMoreThanEightTimesASecond() {
    flink.told = List.of("t", "u", "v");
    for (String table : flink.told) {
      for (int i = 0; i < 3; i++) {
        flink.streams.put(ListedStreams.arn(table, "2026"), new ListedShard(table + i, null, true));
      }
    }
    flink.started();
    for (String table : flink.told) {
      for (int i = 0; i < 3; i++) {
        flink.enumerator.handleSourceEvent(
            0,
            new ShardFinishedEvent(
                ListedStreams.arn(table, "2026") + "/" + table + i, ShardEnd.CLOSED, 0));
      }
    }
    flink.context.pass(30_000);
    List<Long> calls =
        java.util.stream.Stream.of("shards", "children")
            .flatMap(kind -> flink.streams.calls.getOrDefault(kind, List.of()).stream())
            .sorted()
            .toList();
    assertThat(calls).hasSizeGreaterThan(50);
    for (long call : calls) {
      assertThat(calls.stream().filter(other -> other >= call && other < call + 1_000).count())
          .isLessThanOrEqualTo(8);
    }
  }

  @Test
  void theRegularListingFindsAChildThatNoLookHasFound() {
    flink.streams.closed("a", null);
    flink.started();
    flink.ended("a");
    flink.context.pass(700_000);
    taken();
    flink.streams.open("b", "a");
    flink.context.pass(11_000);
    assertThat(taken()).containsExactly("0:b@TRIM_HORIZON");
  }

  @Test
  void aListingThatMissesAParentHoldsNobodyElseBackAndLosesNobody() {
    flink.streams.closed("a", null).closed("b", "a").open("c", "b").open("other", null);
    flink.streams.hidden.add("b");
    flink.created(null).enumerator.start();
    flink.context.pass(500);
    assertThat(taken()).containsExactly("0:a@TRIM_HORIZON", "0:other@TRIM_HORIZON");
    flink.streams.hidden.clear();
    flink.context.pass(2_000);
    assertThat(flink.status("c")).isEqualTo(Status.WAITING);
    flink.ended("a");
    flink.ended("b");
    assertThat(taken()).containsExactly("0:b@TRIM_HORIZON", "0:c@TRIM_HORIZON");
  }

  @Test
  void aFinishedShardThatAListingMissesIsNotReadAgain() {
    flink.streams.closed("a", null).open("b", "a");
    flink.started();
    flink.ended("a");
    flink.checkpoint(1);
    taken();
    flink.streams.hidden.add("a");
    flink.context.pass(11_000);
    flink.streams.hidden.clear();
    flink.context.pass(11_000);
    assertThat(taken()).isEmpty();
  }

  @Test
  void aFinishedShardThatTheStreamNoLongerHasLeavesTheState() {
    flink.streams.closed("a", null).open("b", "a");
    flink.started();
    flink.ended("a");
    flink.checkpoint(1);
    flink.streams.trim("a");
    flink.context.pass(Lineage.FORGET_AFTER_MS + 30_000);
    assertThat(flink.status("a")).isNull();
    assertThat(flink.status("b")).isEqualTo(Status.ASSIGNED);
  }

  @Test
  void whatPassesIsTriedAgainForEver() {
    flink.streams.open("a", null);
    for (int i = 0; i < 30; i++) {
      flink.streams.failures.add(new StreamsException(Kind.THROTTLED, "slow down", null));
    }
    flink.started().context.pass(600_000);
    assertThat(taken()).containsExactly("0:a@TRIM_HORIZON");
  }

  @Test
  void whatDoesNotPassFailsTheJobWithItsSentence() {
    flink.streams.open("a", null);
    flink.streams.failures.add(
        new StreamsException(Kind.FATAL, "The credentials are refused.", null));
    assertThatThrownBy(flink::started).hasMessage("The credentials are refused.");
  }

  @Test
  void aTableWithoutStreamIsASentence() {
    assertThatThrownBy(flink::started)
        .hasMessageContaining("There is no stream of table t: check the name");
  }

  @Test
  void namesAndArnsCanBeMixed() {
    flink.told = List.of("t", ListedStreams.arn("u", "2025"));
    flink.streams.open("a", null);
    flink.streams.put(ListedStreams.arn("u", "2025"), new ListedShard("a", null, false));
    flink.started();
    assertThat(flink.context.assigned)
        .extracting(one -> one.split().streamArn())
        .containsExactlyInAnyOrder(ListedStreams.ARN, ListedStreams.arn("u", "2025"));
  }
}
