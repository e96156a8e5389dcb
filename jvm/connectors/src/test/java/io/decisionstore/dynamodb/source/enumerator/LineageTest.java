package io.decisionstore.dynamodb.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.source.enumerator.Lineage.Status;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LineageTest {
  private final Lineage lineage = new Lineage(List.of());

  private void discovered(String shardId, String parentId) {
    lineage.discovered(shardId, parentId, 0);
  }

  private List<String> readable() {
    return lineage.readable().stream().map(Lineage.Shard::shardId).toList();
  }

  private List<String> known() {
    return lineage.shards().stream().map(Lineage.Shard::shardId).toList();
  }

  private long readUntil(String shardId) {
    return lineage.shards().stream()
        .filter(shard -> shard.shardId().equals(shardId))
        .mapToLong(lineage::readUntil)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aChildMayBeAsOldAsItsParentsLastRecordThoughTheParentWasFoundLater() {
    lineage.discovered("a", null, 100);
    discovered("b", "a");
    lineage.finished("a", 50);
    assertThat(readUntil("b")).isEqualTo(50);
  }

  @Test
  void aChildWaitsForItsParentsEnd() {
    discovered("parent", null);
    discovered("child", "parent");
    assertThat(readable()).containsExactly("parent");
    lineage.assigned("parent");
    assertThat(readable()).isEmpty();
    lineage.finished("parent", 0);
    assertThat(readable()).containsExactly("child");
  }

  @Test
  void grandchildrenWaitForTheirOwnParent() {
    discovered("a", null);
    discovered("b", "a");
    discovered("c", "b");
    lineage.finished("a", 0);
    assertThat(readable()).containsExactly("b");
  }

  @Test
  void bothChildrenOfASplitBecomeReadable() {
    discovered("a", null);
    discovered("left", "a");
    discovered("right", "a");
    lineage.finished("a", 0);
    assertThat(readable()).containsExactly("left", "right");
  }

  @Test
  void aChildWhoseParentWasTrimmedIsReadAtOnce() {
    discovered("child", "long gone");
    assertThat(readable()).containsExactly("child");
  }

  @Test
  void aShardIsListedOftenAndKeepsItsStatus() {
    discovered("a", null);
    lineage.finished("a", 0);
    discovered("a", null);
    assertThat(lineage.shards().get(0).status()).isEqualTo(Status.FINISHED);
  }

  @Test
  void onlyFinishedShardsThatTheStreamForgotForAWhileAreForgotten() {
    discovered("finished", null);
    discovered("assigned", null);
    discovered("kept", null);
    lineage.finished("finished", 0);
    lineage.finished("kept", 0);
    lineage.assigned("assigned");
    lineage.trimTo(Set.of(), 1, "kept"::equals);
    assertThat(known()).containsExactly("finished", "assigned", "kept");
    lineage.trimTo(Set.of("finished"), 2, "kept"::equals);
    lineage.trimTo(Set.of(), 3, "kept"::equals);
    lineage.trimTo(Set.of(), Lineage.FORGET_AFTER_MS + 2, "kept"::equals);
    assertThat(known()).containsExactly("finished", "assigned", "kept");
    assertThat(lineage.trimTo(Set.of(), Lineage.FORGET_AFTER_MS + 3, "kept"::equals))
        .containsExactly("finished");
    assertThat(known()).containsExactly("assigned", "kept");
  }

  @Test
  void nothingBelowABoundCountsUntilTheBoundIsTakenBack() {
    discovered("a", null);
    discovered("b", "a");
    discovered("c", "b");
    lineage.bounded("a", 0);
    assertThat(readable()).isEmpty();
    assertThat(lineage.done()).isTrue();
    lineage.assigned("a");
    assertThat(lineage.done()).isFalse();
    lineage.finished("a", 0);
    assertThat(readable()).containsExactly("b");
  }

  @Test
  void aChildMissedNothingUntilItsParentWasReadToItsEnd() {
    lineage.discovered("a", null, 10);
    lineage.discovered("b", "a", 0);
    assertThat(readUntil("b")).isEqualTo(10);
    lineage.finished("a", 50);
    assertThat(readUntil("b")).isEqualTo(50);
    lineage.assigned("a"); // the end was taken back
    assertThat(readUntil("b")).isEqualTo(10);
    lineage.finished("a", 60);
    lineage.trimTo(Set.of("b"), 0, id -> false);
    lineage.trimTo(Set.of("b"), Lineage.FORGET_AFTER_MS, id -> false);
    assertThat(known()).containsExactly("b");
    assertThat(readUntil("b")).isEqualTo(60);
  }
}
