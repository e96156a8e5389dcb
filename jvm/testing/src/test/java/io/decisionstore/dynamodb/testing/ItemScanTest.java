package io.decisionstore.dynamodb.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items as they come in, in whatever way a client writes its JSON. */
class ItemScanTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          List.of(new TableSchema.KeyPart("id", "S"), new TableSchema.KeyPart("day", "N")),
          "version",
          "made",
          List.of(new TableSchema.Index("by_x", new TableSchema.KeyPart("x", "S"))));
  private static final String[] TEXTS = {
    "", "a", "ä€", "\ud83d\ude00", "say \"x\"\\\n\t\u0001", "y".repeat(300)
  };

  private static ItemScan scan(String json) {
    return new ItemScan(SCHEMA, new JsonCursor(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 8)) {
      case 0 -> TEXTS[random.nextInt(TEXTS.length)];
      case 1 -> random.nextInt();
      case 2 -> random.nextBoolean();
      case 3 -> null;
      case 4 -> Set.of(1, new BigDecimal("2.5"));
      case 5 -> Set.of("a", TEXTS[2]);
      case 6 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          list.add(value(random, depth + 1));
        }
        yield list;
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          map.put(TEXTS[random.nextInt(TEXTS.length)] + i, value(random, depth + 1));
        }
        yield map;
      }
    };
  }

  @Test
  void aScanFindsWhatATreeWouldHoweverTheJsonIsWritten() throws Exception {
    Random random = new Random(11);
    ObjectMapper ascii = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    for (int i = 0; i < 2_000; i++) {
      Map<String, Object> item = new LinkedHashMap<>();
      for (int a = random.nextInt(5); a > 0; a--) {
        item.put("a" + TEXTS[random.nextInt(TEXTS.length)] + a, value(random, 0));
      }
      String id = "k" + TEXTS[random.nextInt(TEXTS.length)];
      item.put("version", i);
      item.put("id", id);
      item.put("day", 7);
      item.put("made", 1_700_000_000_000_000L + i);
      boolean indexed = random.nextBoolean();
      if (indexed) {
        item.put("x", "there");
      }
      ObjectNode tree = Values.item(item);
      for (String json :
          List.of(tree.toString(), ascii.writeValueAsString(tree), tree.toPrettyString())) {
        ItemScan scan = scan(json + ", \"rest\"");
        assertThat(scan.size()).isEqualTo(Values.sizeOfItem(tree));
        assertThat(scan.keyOfItem().partitionText()).isEqualTo(id);
        assertThat(scan.keyOfItem().sortText()).isEqualTo("7");
        assertThat(scan.version()).isEqualByComparingTo(BigDecimal.valueOf(i));
        assertThat(scan.createdAt()).isEqualTo(1_700_000_000_000_000L + i);
        assertThat(scan.indexes()).isEqualTo(indexed ? 1 : 0);
        JsonNode slice =
            ascii.readTree(json.getBytes(StandardCharsets.UTF_8), scan.from(), scan.to());
        assertThat(slice).isEqualTo(tree);
      }
    }
  }

  @Test
  void equalNumbersAreOneKey() {
    ItemKey one = scan("{\"id\":{\"S\":\"a\"},\"day\":{\"N\":\"10\"}}").keyAlone();
    ItemKey same = scan("{\"day\":{\"N\":\"1.0e1\"},\"id\":{\"S\":\"\\u0061\"}}").keyAlone();
    ItemKey other = scan("{\"id\":{\"S\":\"a1\"},\"day\":{\"N\":\"0\"}}").keyAlone();
    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(other);
    assertThat(one.partitionOf(7)).isEqualTo(same.partitionOf(7)).isBetween(0, 6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"id\"}",
        "{\"id\":}",
        "{\"id\":{\"S\":\"a\"",
        "{\"id\":{\"S\":1}}",
        "[]",
        "{\"id\":{\"S\":\"a\\u00\"}}",
        "{\"id\":{\"S\":\"a\\",
        "{\"id\":{\"S\":\"a\",\"N\":\"1\"}}"
      })
  void whatIsNoItemIsNotUnderstood(String json) {
    assertThatThrownBy(() -> scan(json).keyAlone())
        .isInstanceOf(ServiceException.class)
        .extracting(failure -> ((ServiceException) failure).code())
        .isEqualTo("SerializationException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":{\"X\":\"a\"}}",
        "{\"id\":{\"S\":\"a\"},\"day\":{\"N\":\"one\"}}",
        "{\"id\":{\"S\":\"a\"},\"day\":{\"N\":\"1-1\"}}",
        "{\"id\":{\"S\":\"\"},\"day\":{\"N\":\"1\"}}",
        "{\"id\":{\"S\":\"a\"},\"day\":{\"S\":\"1\"}}",
        "{\"id\":{\"S\":\"a\"}}",
        "{\"id\":{\"S\":\"a\"},\"day\":{\"N\":\"1\"},\"s\":{\"SS\":[]}}",
        "{\"id\":{\"S\":\"a\"},\"day\":{\"N\":\"1\"},\"x\":{\"N\":\"1\"}}",
        "{\"id\":{\"S\":\"a\"},\"day\":{\"N\":\"1\"},\"version\":{\"S\":\"1\"}}"
      })
  void whatDynamoDbWouldNotTakeIsInvalid(String json) {
    assertThatThrownBy(() -> scan(json).keyOfItem())
        .isInstanceOf(ServiceException.class)
        .extracting(failure -> ((ServiceException) failure).code())
        .isEqualTo("ValidationException");
  }

  @Test
  void itemsMayBeNestedAsDeeplyAsDynamoDbHasIt() {
    String start = "{\"id\":{\"S\":\"a\"},\"day\":{\"N\":\"1\"},\"l\":";
    for (int depth : new int[] {31, 40, 5_000}) {
      String json = start + "{\"L\":[".repeat(depth) + "]}".repeat(depth) + "}";
      if (depth <= 32) {
        assertThat(scan(json).size()).isPositive();
      } else {
        assertThatThrownBy(() -> scan(json)).hasMessageContaining("Nesting Levels");
      }
    }
  }
}
