package io.decisionstore.dynamodb.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A record in pieces: what all records of a generated table have in common, and between them the
 * few values that each has of its own. Thousands of records a millisecond are made of it.
 */
final class RecordTemplate {
  private enum Slot {
    SEQUENCE,
    EVENT,
    CREATED,
    SHARD,
    N,
    WRITTEN_AT;

    String mark() {
      return "@" + name() + "@";
    }
  }

  private static final int OWN_ATTRIBUTES = 5;

  private final List<byte[]> pieces = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();
  private final int sizeBytes;

  /** What distinguishes a record from the others. */
  record Own(long sequence, int shard, long n, long writtenAtMicros, byte[] created) {}

  /**
   * @param recordBytes the item's size as DynamoDB counts it, about; `payload` fills it up
   * @param attributes how many, at least 5
   */
  RecordTemplate(String region, ViewType view, int recordBytes, int attributes) {
    if (attributes < OWN_ATTRIBUTES) {
      throw new IllegalArgumentException(
          "A generated record has at least "
              + OWN_ATTRIBUTES
              + " attributes, not "
              + attributes
              + ".");
    }
    Change bare = insert(item(attributes, ""));
    int missing = recordBytes - bare.size(ViewType.NEW_IMAGE);
    Change change = insert(item(attributes, filling(Math.max(0, missing))));
    sizeBytes = change.size(view);
    cut(change.json(region, view, Slot.SEQUENCE.mark(), Slot.EVENT.mark(), Slot.CREATED.mark()));
  }

  int sizeBytes() {
    return sizeBytes;
  }

  void append(Bytes out, Own own) {
    for (int i = 0; i < slots.size(); i++) {
      out.bytes(pieces.get(i));
      switch (slots.get(i)) {
        case SEQUENCE -> SequenceNumbers.append(out, own.sequence);
        case EVENT -> out.padded(own.sequence, 32);
        case CREATED -> out.bytes(own.created);
        case SHARD -> out.padded(own.shard, 5);
        case N -> out.digits(own.n);
        case WRITTEN_AT -> out.digits(own.writtenAtMicros);
      }
    }
    out.bytes(pieces.get(slots.size()));
  }

  private static Change insert(Map<String, Object> item) {
    return new Change(Values.item(Map.of("id", item.get("id"))), null, Values.item(item), false);
  }

  private static Map<String, Object> item(int attributes, String payload) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("id", Slot.SHARD.mark() + "-" + Slot.N.mark());
    item.put("shard", Slot.SHARD.mark());
    item.put("n", new Marked(Slot.N));
    item.put("written_at", new Marked(Slot.WRITTEN_AT));
    List<Object> values =
        List.of(
            "customer-4711",
            129.95,
            true,
            List.of("card", "mobile"),
            Map.of("street", "Main Street 5", "zip", 10115),
            new byte[] {1, 2, 3, 4, 5, 6, 7, 8},
            Set.of(3));
    List<String> names =
        List.of("customer_id", "amount", "active", "tags", "address", "digest", "scores");
    for (int i = 0; i < attributes - OWN_ATTRIBUTES; i++) {
      int round = i / names.size();
      int which = i % names.size();
      item.put(names.get(which) + (round == 0 ? "" : "_" + round), values.get(which));
    }
    item.put("payload", payload);
    return item;
  }

  private static String filling(int length) {
    return "The quick brown fox jumps over the lazy dog. "
        .repeat(length / 45 + 1)
        .substring(0, length);
  }

  private void cut(String json) {
    int from = 0;
    while (true) {
      int next = json.length();
      Slot slot = null;
      for (Slot candidate : Slot.values()) {
        int at = json.indexOf(candidate.mark(), from);
        if (at >= 0 && at < next) {
          next = at;
          slot = candidate;
        }
      }
      pieces.add(json.substring(from, next).getBytes(StandardCharsets.UTF_8));
      if (slot == null) {
        return;
      }
      slots.add(slot);
      from = next + slot.mark().length();
    }
  }

  /** A number that is not known yet. */
  private static final class Marked extends Number {
    private static final long serialVersionUID = 1L;
    private final Slot slot;

    Marked(Slot slot) {
      this.slot = slot;
    }

    @Override
    public String toString() {
      return slot.mark();
    }

    @Override
    public int intValue() {
      return 0;
    }

    @Override
    public long longValue() {
      return 0;
    }

    @Override
    public float floatValue() {
      return 0;
    }

    @Override
    public double doubleValue() {
      return 0;
    }
  }
}
