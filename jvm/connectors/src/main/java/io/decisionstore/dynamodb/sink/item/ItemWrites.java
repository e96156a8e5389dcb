package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Addend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Delete;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Update;
import java.util.LinkedHashMap;
import java.util.Map;

/** Two writes of one item as one. */
public final class ItemWrites {
  private ItemWrites() {}

  /**
   * The write that leaves every table as both would, one after the other.
   *
   * @param earlier a write of the same key that is not known to be written
   * @param later one that came after it
   * @return null if there is none: both must go, in their order
   */
  public static ItemWrite merge(WriteMode mode, ItemWrite earlier, ItemWrite later) {
    return switch (mode.kind()) {
      case PUT, DELETE -> later;
      // Of equal versions the table keeps the first.
      case PUT_IF_NEWER -> later.version() > earlier.version() ? later : earlier;
      case UPDATE -> mode.comparesVersions() ? versioned(earlier, later) : inOrder(earlier, later);
    };
  }

  private static ItemWrite inOrder(ItemWrite earlier, ItemWrite later) {
    if (later instanceof Delete) {
      return later;
    }
    // An update of an item that is not there makes it: nothing that UpdateItem knows deletes first.
    return earlier instanceof Update first && later instanceof Update second
        ? united(first, second)
        : null;
  }

  /**
   * The table refuses an update whose version it has reached. So one that comes too late is nothing
   * beside the earlier one.
   *
   * <p>A newer one stands for both only if it sets all that the earlier one sets. Two halves must
   * not become one: the table, by another writer or by this job before a failure, may have a
   * version between theirs, and then takes the second half alone. The same holds for what the
   * earlier one adds, and there repetition makes it plain: had the table taken {@code version 1,
   * add 1} before the job failed, then {@code version 2, add 1 + 1}, made of both when they come
   * again, would count the first one twice. Each addition goes under its own version, so that it
   * counts exactly once.
   */
  private static ItemWrite versioned(ItemWrite earlier, ItemWrite later) {
    if (later.version() <= earlier.version()) {
      return earlier;
    }
    return earlier instanceof Update first
            && later instanceof Update second
            && first.add().isEmpty()
            && second.set().keySet().containsAll(first.set().keySet())
        ? later
        : null;
  }

  /** Null if the later one adds to what the earlier one sets: no update does both. */
  private static Update united(Update earlier, Update later) {
    Map<String, byte[]> set = new LinkedHashMap<>(earlier.set());
    Map<String, Addend> add = new LinkedHashMap<>(earlier.add());
    int size = later.size();
    for (Map.Entry<String, Addend> each : later.add().entrySet()) {
      Addend before = add.get(each.getKey());
      Addend sum = before == null ? each.getValue() : Addends.sum(before, each.getValue());
      if (sum == null || set.containsKey(each.getKey())) {
        return null;
      }
      add.put(each.getKey(), sum);
      size += Addends.size(sum) - Addends.size(each.getValue());
    }
    add.keySet().removeAll(later.set().keySet());
    set.putAll(later.set());
    for (String attribute : add.keySet()) {
      if (!later.add().containsKey(attribute)) {
        size += DynamoDbJson.utf8(attribute) + Addends.size(add.get(attribute));
      }
    }
    for (String attribute : set.keySet()) {
      if (!later.set().containsKey(attribute)) {
        size += DynamoDbJson.utf8(attribute) + DynamoDbJson.sizeOfOurs(set.get(attribute));
      }
    }
    return size > ItemWrite.SIZE_LIMIT
        ? null
        : new Update(later.key(), later.version(), size, set, add);
  }
}
