package io.decisionstore.dynamodb.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.source.enumerator.EnumeratorState.StreamState;
import io.decisionstore.dynamodb.source.enumerator.Lineage.Shard;
import io.decisionstore.dynamodb.source.enumerator.Lineage.Status;
import io.decisionstore.dynamodb.source.split.ShardEnd;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.source.split.ShardSplitSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** States of every release are read; the bytes of version 1 are what 0.1.0 has written. */
class EnumeratorStateSerializerTest {
  private static final String ARN =
      "arn:aws:dynamodb:eu-west-1:123456789012:table/decisions/stream/2026-01-01T00:00:00.000";

  private final EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();

  private static final EnumeratorState VERSION_2 =
      new EnumeratorState(
          1_800_000_000_123L,
          1_800_000_100_000L,
          List.of(
              new StreamState("another_table", null, 1_799_999_940_000L, false, List.of()),
              new StreamState(
                  ARN,
                  null,
                  0,
                  true,
                  List.of(
                      new Shard("shardId-1", null, Status.FINISHED, 1_799_999_000_000L),
                      new Shard("shardId-2", "shardId-1", Status.ASSIGNED, 0),
                      new Shard("shardId-3", "shardId-2", Status.WAITING, 0))),
              new StreamState(
                  ARN.replace("2026-01-01", "2026-02-02"),
                  ARN,
                  0,
                  true,
                  List.of(new Shard("shardId-9", null, Status.BOUNDED, 7)))));

  static byte[] fixture(String name) throws IOException {
    try (InputStream file = EnumeratorStateSerializerTest.class.getResourceAsStream(name)) {
      return file.readAllBytes();
    }
  }

  @Test
  void aStateOfVersion1IsRead() throws IOException {
    assertThat(serializer.deserialize(1, fixture("enumerator-state-v1.bin")))
        .isEqualTo(
            new EnumeratorState(
                0,
                0,
                List.of(
                    new StreamState(
                        ARN,
                        null,
                        0,
                        true,
                        List.of(
                            new Shard("shardId-1", null, Status.FINISHED, 0),
                            new Shard("shardId-2", "shardId-1", Status.ASSIGNED, 0),
                            new Shard("shardId-3", "shardId-1", Status.ASSIGNED, 0),
                            new Shard("shardId-4", "shardId-2", Status.WAITING, 0))))));
  }

  @Test
  void aStateOfVersion2IsReadAndWrittenAsItWas() throws IOException {
    byte[] bytes = fixture("enumerator-state-v2.bin");
    assertThat(serializer.deserialize(2, bytes)).isEqualTo(VERSION_2);
    assertThat(serializer.getVersion()).isEqualTo(2);
    assertThat(serializer.serialize(VERSION_2)).isEqualTo(bytes);
  }

  @Test
  void splitsOfVersion1AreRead() throws IOException {
    ShardSplitSerializer splits = new ShardSplitSerializer();
    ShardSplit atRecord = splits.deserialize(1, fixture("shard-split-v1-at-record.bin"));
    assertThat(atRecord.splitId()).isEqualTo(ARN + "/shardId-2");
    assertThat(atRecord.position()).isEqualTo("000000000000000000123");
    assertThat(atRecord.until()).isEqualTo(Long.MAX_VALUE);
    assertThat(splits.deserialize(1, fixture("shard-split-v1-finished.bin")).end())
        .isEqualTo(ShardEnd.CLOSED);
  }

  @Test
  void aJobOfVersion1GoesOnWhereItWas() throws IOException {
    EnumeratorHarness flink = new EnumeratorHarness();
    flink.told = List.of(ARN);
    flink
        .streams
        .put(ARN, listed("shardId-1", null))
        .put(ARN, listed("shardId-2", "shardId-1"))
        .put(ARN, listed("shardId-3", "shardId-1"))
        .put(ARN, listed("shardId-4", "shardId-2"));
    flink.started(serializer.deserialize(1, fixture("enumerator-state-v1.bin")));
    assertThat(flink.context.take()).isEmpty(); // both are with their readers
    flink.enumerator.handleSourceEvent(
        0, new ShardFinishedEvent(ARN + "/shardId-2", ShardEnd.CLOSED, 0));
    assertThat(flink.context.take()).containsExactly("0:shardId-4@TRIM_HORIZON");
  }

  private static io.decisionstore.dynamodb.source.client.StreamsClient.ListedShard listed(
      String shardId, String parentId) {
    return new io.decisionstore.dynamodb.source.client.StreamsClient.ListedShard(
        shardId, parentId, false);
  }

  @Test
  void aStateOfANewerReleaseIsRefusedWithASentence() {
    assertThatThrownBy(() -> serializer.deserialize(3, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 3");
  }
}
