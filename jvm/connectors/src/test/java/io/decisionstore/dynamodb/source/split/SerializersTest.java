package io.decisionstore.dynamodb.source.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.source.enumerator.EnumeratorState;
import io.decisionstore.dynamodb.source.enumerator.EnumeratorStateSerializer;
import io.decisionstore.dynamodb.source.enumerator.Lineage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SerializersTest {

  @Test
  void aSplitComesBackAsItWas() throws IOException {
    ShardSplitSerializer serializer = new ShardSplitSerializer();
    ShardSplit split = new ShardSplit("arn", "shardId-1", "12300000000000000000042");
    assertThat(serializer.deserialize(1, serializer.serialize(split))).isEqualTo(split);
  }

  @Test
  void theEnumeratorsStateComesBackAsItWas() throws IOException {
    EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();
    EnumeratorState state =
        new EnumeratorState(
            "arn",
            List.of(
                new Lineage.Shard("a", null, Lineage.Status.FINISHED),
                new Lineage.Shard("b", "a", Lineage.Status.WAITING)));
    assertThat(serializer.deserialize(1, serializer.serialize(state))).isEqualTo(state);
  }

  @Test
  void aStateOfANewerReleaseIsRefusedWithASentence() {
    assertThatThrownBy(() -> new ShardSplitSerializer().deserialize(2, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
    assertThatThrownBy(() -> new EnumeratorStateSerializer().deserialize(2, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void latestIsNeverKept() {
    ShardSplit split = new ShardSplit("arn", "s", ShardSplit.LATEST);
    assertThat(split.withoutLatest().position()).isEqualTo(ShardSplit.TRIM_HORIZON);
    assertThat(split.at("5").withoutLatest().position()).isEqualTo("5");
  }
}
