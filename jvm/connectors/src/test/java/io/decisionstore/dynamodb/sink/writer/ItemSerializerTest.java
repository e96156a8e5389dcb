package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ItemSerializerTest {
  private final SinkConfig config = Sinks.putIfNewer(1, 1);
  private final ItemSerializer serializer = new ItemSerializer(config);

  @Test
  void anItemComesBackAsItWas() throws IOException {
    Item item =
        Item.of(
            config,
            Map.of(
                "entity", AttributeValue.fromS("customer_id=å\uD83D\uDE00"),
                "use_case", AttributeValue.fromS("u"),
                "version", AttributeValue.fromN("1763980000000000"),
                "long", AttributeValue.fromS("x".repeat(100_000)), // more than writeUTF takes
                "empty", AttributeValue.fromS(""),
                "flag", AttributeValue.fromBool(false),
                "bytes", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, -1}))));
    assertThat(serializer.deserialize(1, serializer.serialize(item))).isEqualTo(item);
  }

  @Test
  void theFirstVersionOfTheFormStaysReadable() throws IOException {
    byte[] written =
        java.util.HexFormat.of()
            .parseHex(
                "0000000300000006656e7469747953000000016100000008" // 3, entity, S a
                    + "7573655f636173655300000001750000000776657273696f6e4e0000000137"); // u, N 7
    Item item = serializer.deserialize(1, written);
    assertThat(item).isEqualTo(new Item(item.key(), item.attributes(), 7, item.size()));
    assertThat(item.key().describe(config)).isEqualTo("entity=a, use_case=u");
    assertThat(serializer.serialize(item)).isEqualTo(written);
  }

  @Test
  void aStateOfANewerReleaseIsRefusedWithASentence() {
    assertThatThrownBy(() -> serializer.deserialize(2, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void itemsThatDoNotFitTheSinkAnyMoreAreRefusedWithASentence() throws IOException {
    SinkConfig withoutVersions = Sinks.put(1, 1, 1);
    ItemSerializer before = new ItemSerializer(withoutVersions);
    Map<String, AttributeValue> attributes =
        Map.of("entity", AttributeValue.fromS("e"), "use_case", AttributeValue.fromS("u"));
    byte[] written = before.serialize(Item.of(withoutVersions, attributes));
    assertThatThrownBy(() -> serializer.deserialize(1, written))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("do not fit the sink as it is declared now")
        .hasMessageContaining("entity=e, use_case=u");
  }
}
