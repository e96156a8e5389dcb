package io.decisionstore.dynamodb.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.source.split.ShardEnd;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shards are spread by load, and a child moves only where that keeps the order of its records. */
class BalanceTest {
  private static final List<Integer> TWO = List.of(0, 1);

  private final Placement placement = new Placement();
  private final EnumeratorHarness flink = new EnumeratorHarness().readers(2);

  private List<String> taken() {
    return flink.context.take();
  }

  @Test
  void withoutLoadsTheSubtaskWithTheFewestShardsIsNext() {
    placement.assigned("a", 0);
    assertThat(placement.leastLoaded(TWO)).isEqualTo(1);
    placement.assigned("b", 1);
    assertThat(placement.leastLoaded(TWO)).isZero();
  }

  @Test
  void loadCountsMoreThanTheNumberOfShards() {
    placement.told(0, Map.of("a", 100.0));
    placement.told(1, Map.of("b", 10.0, "c", 10.0));
    assertThat(placement.leastLoaded(TWO)).isEqualTo(1);
  }

  @Test
  void ofEqualLoadsTheFewerShardsWin() {
    placement.told(0, Map.of("a", 0.0, "b", 0.0));
    placement.told(1, Map.of("c", 0.0));
    assertThat(placement.leastLoaded(TWO)).isEqualTo(1);
  }

  @Test
  void aShardWithoutLoadCountsAsTheMean() {
    placement.told(0, Map.of("a", 30.0, "b", 10.0));
    placement.assigned("c", 1);
    assertThat(placement.load(1)).isEqualTo(20.0);
    placement.released("c");
    assertThat(placement.load(1)).isZero();
  }

  @Test
  void aChildIsExpectedToCarryItsPartOfItsParent() {
    placement.told(0, Map.of("p", 80.0));
    placement.released("p");
    placement.expect("c", "p", 2);
    placement.assigned("c", 0);
    assertThat(placement.load(0)).isEqualTo(40.0);
  }

  @Test
  void aMoveMustMakeTheMostLoadedSubtaskLighter() {
    placement.told(0, Map.of("a", 50.0));
    placement.told(1, Map.of("b", 10.0));
    placement.expect("c", "a", 1); // as heavy as a
    assertThat(placement.worthMoving("c", 0, TWO)).isTrue();
    assertThat(placement.worthMoving("c", 1, TWO)).isFalse();
    placement.forget("a");
    assertThat(placement.worthMoving("c", 0, TWO))
        .isFalse(); // alone there, it would only change places
  }

  @Test
  void alittleMoreThanItsShareMovesNothing() {
    placement.told(0, Map.of("a", 11.0, "b", 10.0));
    placement.told(1, Map.of("c", 10.0, "d", 10.0));
    placement.told(0, Map.of("p", 1.0));
    placement.released("p");
    placement.expect("q", "p", 1);
    assertThat(placement.worthMoving("q", 0, TWO)).isFalse();
  }

  private void loaded() {
    flink.streams.open("a", null).open("b", null).open("c", null);
    flink.started();
    assertThat(taken()).containsExactly("0:a@TRIM_HORIZON", "1:b@TRIM_HORIZON", "0:c@TRIM_HORIZON");
    flink.load(0, "a", 100);
    flink.load(0, "c", 100);
    flink.load(1, "b", 1);
    flink.streams.closed("a", null).open("a2", "a");
  }

  @Test
  void aChildStaysWhereNoCheckpointHasEverCompleted() {
    loaded();
    flink.ended("a");
    flink.context.pass(200);
    assertThat(taken()).containsExactly("0:a2@TRIM_HORIZON");
  }

  @Test
  void aChildOfABusySubtaskWaitsForTheCheckpointThatHoldsItsParentsEndAndMoves() {
    loaded();
    flink.checkpoint(1);
    flink.enumerator.snapshotState(2);
    flink.ended("a");
    flink.context.pass(200);
    flink.enumerator.notifyCheckpointComplete(2); // was begun before the end
    assertThat(taken()).isEmpty();
    flink.checkpoint(3);
    assertThat(taken()).containsExactly("1:a2@TRIM_HORIZON");
  }

  @Test
  void aChildThatWaitsInVainStays() {
    loaded();
    flink.checkpoint(1);
    flink.ended("a");
    flink.context.pass(1_000);
    assertThat(taken()).containsExactly("0:a2@TRIM_HORIZON");
  }

  @Test
  void aChildOfAnEvenlyLoadedSubtaskDoesNotWait() {
    flink.streams.closed("a", null).open("b", null).open("a2", "a");
    flink.started();
    flink.checkpoint(1);
    taken();
    flink.load(0, "a", 10);
    flink.load(1, "b", 10);
    flink.ended("a");
    assertThat(taken()).containsExactly("0:a2@TRIM_HORIZON");
  }

  @Test
  void theLoadOfAShardThatHasEndedDoesNotCount() {
    flink.streams.closed("a", null).open("b", null);
    flink.started();
    flink.ended("a");
    flink.load(0, "a", 1_000_000); // told before, came after
    flink.load(1, "b", 1);
    taken();
    flink.checkpoint(1);
    flink.streams.open("new", null);
    flink.context.pass(12_000);
    assertThat(taken()).containsExactly("0:new@TRIM_HORIZON");
  }

  @Test
  void aSplitOfABusySubtaskTakenBackDoesNotMove() {
    loaded();
    flink.checkpoint(1);
    flink.ended(0, "a", ShardEnd.CLOSED);
    flink.context.pass(200);
    flink.enumerator.addSplitsBack(List.of(), 0); // a is read again from the checkpoint
    flink.checkpoint(2);
    assertThat(taken()).isEmpty();
  }
}
