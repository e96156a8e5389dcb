package io.decisionstore.dynamodb.source.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShardSplitSerializerTest {
  private static final String ARN = "arn:aws:dynamodb:eu-west-1:0:table/orders/stream/2026";

  private final ShardSplitSerializer serializer = new ShardSplitSerializer();

  private ShardSplit roundTrip(ShardSplit split) throws IOException {
    return serializer.deserialize(serializer.getVersion(), serializer.serialize(split));
  }

  @Test
  void aSplitComesBackAsItWas() throws IOException {
    ShardSplit split =
        new ShardSplit(ARN, "shardId-1", "12300000000000000000042", 5, 6, 7, 8, null);
    assertThat(roundTrip(split)).isEqualTo(split);
    ShardSplit latest = new ShardSplit(ARN, "s", ShardSplit.LATEST, 0, 6, 7, 8, "an iterator");
    assertThat(roundTrip(latest)).isEqualTo(latest);
  }

  @ParameterizedTest
  @EnumSource
  void anEndComesBackAsTheSameEnd(ShardEnd end) throws IOException {
    ShardSplit split = ShardSplit.fromStart(ARN, "s", 1, 2, 3).after("9", 4).ended(end);
    assertThat(roundTrip(split).end()).isEqualTo(end);
    assertThat(roundTrip(split)).isEqualTo(split);
  }

  /** What release 0.1.0 wrote, before splits had times. */
  @Test
  void aSplitOfVersion1IsRestored() throws IOException {
    assertThat(serializer.deserialize(1, fixture("shard-split-v1.bin")))
        .isEqualTo(
            new ShardSplit(
                ARN, "shardId-1", "12300000000000000000042", 0, 0, 0, Long.MAX_VALUE, null));
  }

  @Test
  void aSplitOfVersion2IsRestored() throws IOException {
    assertThat(serializer.deserialize(2, fixture("shard-split-v2.bin")))
        .isEqualTo(
            new ShardSplit(
                ARN, "shardId-1", "12300000000000000000042", 1_000, 2_000, 3_000, 4_000, null));
  }

  @Test
  void aStateOfANewerReleaseIsRefusedWithASentence() {
    assertThatThrownBy(() -> serializer.deserialize(3, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 3");
  }

  @Test
  void latestIsNeverKept() {
    ShardSplit latest = new ShardSplit(ARN, "s", ShardSplit.LATEST, 0, 6, 7, 8, "an iterator");
    assertThat(latest.withoutLatest()).isEqualTo(ShardSplit.fromStart(ARN, "s", 6, 7, 8));
    ShardSplit read = latest.after("5", 9);
    assertThat(read.withoutLatest()).isSameAs(read);
  }

  @Test
  void theTableIsReadFromTheStreamsName() {
    assertThat(ShardSplit.fromStart(ARN, "s", 0, 0, 0).table()).isEqualTo("orders");
  }

  private static byte[] fixture(String name) throws IOException {
    try (InputStream in = ShardSplitSerializerTest.class.getResourceAsStream("/state/" + name)) {
      return in.readAllBytes();
    }
  }
}
