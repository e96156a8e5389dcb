package io.decisionstore.dynamodb.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.source.enumerator.Lineage.Status;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LineageTest {
  private final Lineage lineage = new Lineage(List.of());

  private List<String> readable() {
    return lineage.readable().stream().map(Lineage.Shard::shardId).toList();
  }

  @Test
  void aChildWaitsForItsParentsEnd() {
    lineage.discovered("parent", null);
    lineage.discovered("child", "parent");
    assertThat(readable()).containsExactly("parent");
    lineage.assigned("parent");
    assertThat(readable()).isEmpty();
    lineage.finished("parent");
    assertThat(readable()).containsExactly("child");
  }

  @Test
  void grandchildrenWaitForTheirOwnParent() {
    lineage.discovered("a", null);
    lineage.discovered("b", "a");
    lineage.discovered("c", "b");
    lineage.finished("a");
    assertThat(readable()).containsExactly("b");
  }

  @Test
  void bothChildrenOfASplitBecomeReadable() {
    lineage.discovered("a", null);
    lineage.discovered("left", "a");
    lineage.discovered("right", "a");
    lineage.finished("a");
    assertThat(readable()).containsExactly("left", "right");
  }

  @Test
  void aChildWhoseParentWasTrimmedIsReadAtOnce() {
    lineage.discovered("child", "long gone");
    assertThat(readable()).containsExactly("child");
  }

  @Test
  void aShardIsListedOftenAndKeepsItsStatus() {
    lineage.discovered("a", null);
    lineage.finished("a");
    lineage.discovered("a", null);
    assertThat(lineage.shards().get(0).status()).isEqualTo(Status.FINISHED);
  }

  @Test
  void onlyFinishedShardsThatTheStreamForgotAreForgotten() {
    lineage.discovered("finished", null);
    lineage.discovered("assigned", null);
    lineage.finished("finished");
    lineage.assigned("assigned");
    lineage.trimTo(Set.of());
    assertThat(lineage.shards()).extracting(Lineage.Shard::shardId).containsExactly("assigned");
  }
}
