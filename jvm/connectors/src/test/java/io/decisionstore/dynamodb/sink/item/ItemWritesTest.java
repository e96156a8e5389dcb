package io.decisionstore.dynamodb.sink.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.config.WriteMode.Kind;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Addend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Delete;
import io.decisionstore.dynamodb.sink.item.ItemWrite.NumberAddend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Put;
import io.decisionstore.dynamodb.sink.item.ItemWrite.SetAddend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Update;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two writes as one leave every table as the two do. */
class ItemWritesTest {
  private static final ItemKey KEY = new ItemKey(new KeyValue('S', "i"), null);
  private static final String VERSION = "version";
  private static final List<String> NUMBERS = List.of("m", "n");
  private static final List<String> SETS = List.of("s", "t");

  static List<WriteMode> modes() {
    return List.of(
        WriteMode.put(),
        WriteMode.delete(),
        WriteMode.putIfNewer(VERSION, "deleted"),
        WriteMode.update(null),
        WriteMode.update(VERSION));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void oneWriteLeavesEveryTableAsTheTwoDo(WriteMode mode) {
    int merged = 0;
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      ItemWrite earlier = write(mode, random);
      ItemWrite later = write(mode, random);
      ItemWrite one = ItemWrites.merge(mode, earlier, later);
      if (one == null) {
        continue;
      }
      merged++;
      for (int before = 0; before < 6; before++) {
        Map<String, String> table = table(mode, random, before);
        assertThat(apply(mode, table, one))
            .as("seed %d: %s, then %s, on %s", seed, text(earlier), text(later), table)
            .isEqualTo(apply(mode, apply(mode, table, earlier), later));
      }
      if (one instanceof Update update) {
        assertThat(update.size()).as("seed %d", seed).isEqualTo(size(update));
      }
    }
    assertThat(merged).as("writes that could be merged").isGreaterThan(300);
  }

  @Test
  void repetitionAfterAFailureCountsNoAdditionTwice() {
    WriteMode mode = WriteMode.update(VERSION);
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      List<ItemWrite> rows =
          java.util.stream.Stream.generate(() -> write(mode, random)).limit(4).toList();
      Map<String, String> once = null;
      for (ItemWrite row : rows) {
        once = apply(mode, once, row);
      }
      // Before the failure any number of rows was written, one by one; then all come again.
      Map<String, String> again = null;
      for (ItemWrite row : rows.subList(0, random.nextInt(5))) {
        again = apply(mode, again, row);
      }
      ItemWrite waiting = null;
      for (ItemWrite row : rows) {
        ItemWrite one = waiting == null ? row : ItemWrites.merge(mode, waiting, row);
        if (one == null) {
          again = apply(mode, again, waiting);
        }
        waiting = one == null ? row : one;
      }
      assertThat(apply(mode, again, waiting)).as("seed %d", seed).isEqualTo(once);
    }
  }

  @Test
  void whatIsAddedIsSummedAndUnited() {
    Update one =
        (Update)
            ItemWrites.merge(
                WriteMode.update(null),
                update(0, Map.of(), Map.of("n", number("1.5"), "s", set("a", "b"))),
                update(0, Map.of(), Map.of("n", number("-0.5"), "s", set("b", "c"))));
    assertThat(one.add()).containsEntry("n", number("1")).containsEntry("s", set("a", "b", "c"));
  }

  @Test
  void aSumOfMoreDigitsThanDynamoDbKeepsIsAddedInTwoSteps() {
    assertThat(
            ItemWrites.merge(
                WriteMode.update(null),
                update(0, Map.of(), Map.of("n", number("1E30"))),
                update(0, Map.of(), Map.of("n", number("1E-30")))))
        .isNull();
  }

  @Test
  void anUpdateBehindADeletionGoesBehindIt() {
    Update update = update(0, Map.of("m", json("1")), Map.of());
    WriteMode mode = WriteMode.update(null);
    assertThat(ItemWrites.merge(mode, new Delete(KEY), update)).isNull();
    assertThat(ItemWrites.merge(mode, update, new Delete(KEY))).isEqualTo(new Delete(KEY));
  }

  private static NumberAddend number(String text) {
    return new NumberAddend(new BigDecimal(text));
  }

  private static SetAddend set(String... elements) {
    return new SetAddend("SS", List.of(elements));
  }

  private static byte[] json(String number) {
    return ("{\"N\":\"" + number + "\"}").getBytes(UTF_8);
  }

  private static Update update(long version, Map<String, byte[]> set, Map<String, Addend> add) {
    Update unmeasured = new Update(KEY, version, 0, set, add);
    return new Update(KEY, version, size(unmeasured), set, add);
  }

  /** By the rules, from the beginning. */
  private static int size(Update update) {
    int size = "id".length() + 1;
    for (Map.Entry<String, byte[]> each : update.set().entrySet()) {
      String text = new String(each.getValue(), UTF_8);
      String value = text.substring(6, text.length() - 2);
      size +=
          each.getKey().length()
              + (text.startsWith("{\"N") ? Decimals.size(value) : value.length());
    }
    for (Map.Entry<String, Addend> each : update.add().entrySet()) {
      size += each.getKey().length() + Addends.size(each.getValue());
    }
    return size;
  }

  // --- random writes, and a table in small ---

  private static ItemWrite write(WriteMode mode, Random random) {
    long version = mode.comparesVersions() ? 1 + random.nextInt(5) : 0;
    boolean deletes = random.nextInt(4) == 0;
    if (mode.kind() == Kind.DELETE || deletes && !mode.comparesVersions()) {
      return new Delete(KEY);
    }
    if (mode.kind() != Kind.UPDATE) {
      String item = "{\"x\":{\"S\":\"" + random.nextInt(100) + "\"}}";
      return new Put(KEY, version, 10, item.getBytes(UTF_8));
    }
    Map<String, byte[]> set = new LinkedHashMap<>();
    Map<String, Addend> add = new LinkedHashMap<>();
    for (String name : List.of("a", "b")) {
      if (random.nextInt(3) > 0) {
        set.put(name, ("{\"S\":\"" + random.nextInt(100) + "\"}").getBytes(UTF_8));
      }
    }
    for (String name : NUMBERS) {
      switch (random.nextInt(6)) {
        case 0 -> set.put(name, json(Integer.toString(random.nextInt(100))));
        case 1, 2 -> add.put(name, number(Integer.toString(random.nextInt(21) - 10)));
        default -> {}
      }
    }
    for (String name : SETS) {
      if (random.nextInt(3) == 0) {
        add.put(name, set("e" + random.nextInt(4)));
      }
    }
    if (mode.comparesVersions()) {
      set.put(VERSION, json(Long.toString(version)));
    }
    return update(version, set, add);
  }

  private static Map<String, String> table(WriteMode mode, Random random, int before) {
    if (before == 0) {
      return null;
    }
    Map<String, String> item = new TreeMap<>();
    // Every version between, below and above those of the writes, and none.
    if (mode.comparesVersions() && random.nextInt(6) > 0) {
      item.put(VERSION, Integer.toString(before));
    }
    item.put("a", "old");
    if (random.nextBoolean()) {
      item.put("n", "1000");
    }
    if (random.nextBoolean()) {
      item.put("s", "[e0]");
    }
    return item;
  }

  /** The item after a write; null: there is none. */
  private static Map<String, String> apply(
      WriteMode mode, Map<String, String> before, ItemWrite write) {
    String version = before == null ? null : before.get(VERSION);
    if (mode.comparesVersions() && version != null && Long.parseLong(version) >= write.version()) {
      return before;
    }
    if (write instanceof Delete) {
      return null;
    }
    if (write instanceof Put put) {
      Map<String, String> item = new TreeMap<>(Map.of("item", new String(put.item(), UTF_8)));
      if (mode.comparesVersions()) {
        item.put(VERSION, Long.toString(put.version()));
      }
      return item;
    }
    Update update = (Update) write;
    Map<String, String> item = before == null ? new TreeMap<>() : new TreeMap<>(before);
    update
        .set()
        .forEach(
            (name, json) -> {
              String text = new String(json, UTF_8);
              item.put(name, text.substring(6, text.length() - 2));
            });
    update.add().forEach((name, addend) -> item.put(name, sum(item.get(name), addend)));
    return item;
  }

  private static String sum(String before, Addend addend) {
    if (addend instanceof NumberAddend number) {
      BigDecimal sum =
          before == null ? number.number() : new BigDecimal(before).add(number.number());
      return Decimals.plain(sum);
    }
    TreeSet<String> elements = new TreeSet<>(((SetAddend) addend).elements());
    if (before != null) {
      elements.addAll(List.of(before.substring(1, before.length() - 1).split(", ")));
    }
    return elements.toString();
  }

  private static String text(ItemWrite write) {
    if (!(write instanceof Update update)) {
      return write.toString();
    }
    Map<String, String> set = new TreeMap<>();
    update.set().forEach((name, json) -> set.put(name, new String(json, UTF_8)));
    return "version %d sets %s adds %s".formatted(update.version(), set, update.add());
  }
}
