package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode.Kind;
import io.decisionstore.dynamodb.sink.item.DynamoDbJson.Attribute;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/** Makes writes of whole items in DynamoDB JSON: of rows that hold one, and of checkpoints. */
final class ItemReader {
  /** Whether an item is to be deleted. */
  @FunctionalInterface
  interface Deletes {
    boolean test(ItemKey key) throws UnwritableRowException;
  }

  private final SinkConfig config;
  private final Map<String, SinkField> declared = new HashMap<>();

  ItemReader(SinkConfig config) {
    this.config = config;
    config.fields().forEach(field -> declared.put(field.attribute(), field));
  }

  /**
   * The write of a row that holds an item.
   *
   * @param item its text
   */
  ItemWrite read(Object item, Deletes deletes) throws UnwritableRowException {
    Map<String, Attribute> found = new HashMap<>();
    String name = config.rows().itemField();
    byte[] json;
    int size;
    try {
      if (!(item instanceof String text)) {
        throw Unfit.type("the text of an item", item);
      }
      json = DynamoDbJson.bytes(text);
      size = DynamoDbJson.item(json, declared::containsKey, found);
    } catch (Unfit unfit) {
      throw new UnwritableRowException(unfit.within(name).reason(), keyIfAny(found));
    }
    ItemKey key = null;
    try {
      key = key(found);
      if (deletes.test(key)) {
        return delete(key, json, found);
      }
      checkTypes(found);
      KeyRules.checkItemSize(size);
      return new ItemWrite.Put(key, version(found), size, json);
    } catch (Unfit unfit) {
      throw new UnwritableRowException(unfit.reason(), key);
    }
  }

  /** The write of an item that was one before, whatever its other attributes are now declared. */
  ItemWrite.Put restored(byte[] json) throws Unfit {
    Map<String, Attribute> found = new HashMap<>();
    int size = DynamoDbJson.item(json, declared::containsKey, found);
    return new ItemWrite.Put(key(found), version(found), size, json);
  }

  /** The key among an item's attributes. */
  ItemKey key(Map<String, Attribute> found) throws Unfit {
    SinkField sort = config.sortKey();
    return new ItemKey(
        keyValue(config.partitionKey(), found, KeyRules.PARTITION_BYTES),
        sort == null ? null : keyValue(sort, found, KeyRules.SORT_BYTES));
  }

  private ItemKey keyIfAny(Map<String, Attribute> found) {
    try {
      return key(found);
    } catch (Unfit none) {
      return null;
    }
  }

  private static KeyValue keyValue(SinkField field, Map<String, Attribute> found, int limit)
      throws Unfit {
    try {
      Attribute attribute = found.get(field.attribute());
      KeyRules.checkPresent(attribute);
      checkType(field, attribute);
      char type = attribute.tag().charAt(0);
      KeyRules.checkSize(type, attribute.size(), limit);
      return KeyValue.of(type, attribute.text());
    } catch (Unfit unfit) {
      throw unfit.within(field.attribute());
    }
  }

  private void checkTypes(Map<String, Attribute> found) throws Unfit {
    for (Map.Entry<String, Attribute> each : found.entrySet()) {
      try {
        checkType(declared.get(each.getKey()), each.getValue());
      } catch (Unfit unfit) {
        throw unfit.within(each.getKey());
      }
    }
  }

  private static void checkType(SinkField field, Attribute attribute) throws Unfit {
    String expected = field.attributeType();
    boolean isNull = !field.isKey() && attribute.tag().equals("NULL");
    if (expected != null && !isNull && !expected.equals(attribute.tag())) {
      throw new Unfit("must be of type %s, not %s".formatted(expected, attribute.tag()));
    }
  }

  /** The version among an item's attributes; 0 where none is compared. */
  long version(Map<String, Attribute> found) throws Unfit {
    if (!config.mode().comparesVersions()) {
      return 0;
    }
    Attribute version = found.get(config.versionAttribute());
    if (version == null || !version.tag().equals("N")) {
      throw KeyRules.noVersion(config.mode().versionField());
    }
    try {
      return new BigDecimal(version.text()).longValueExact();
    } catch (ArithmeticException doesNotFit) {
      throw new Unfit("is no long, and it is the version").within(config.versionAttribute());
    }
  }

  private ItemWrite delete(ItemKey key, byte[] json, Map<String, Attribute> found) throws Unfit {
    Tombstone.check(config.mode());
    if (config.mode().kind() != Kind.PUT_IF_NEWER) {
      return new ItemWrite.Delete(key);
    }
    long version = version(found);
    JsonBuffer out = new JsonBuffer();
    out.raw('{');
    int size = 0;
    for (SinkField field : config.fields()) {
      Attribute attribute = found.get(field.attribute());
      boolean stays =
          field.isKey()
              || field.role() == Role.TIME_TO_LIVE
              || field.name().equals(config.mode().versionField());
      if (stays && attribute != null) {
        out.raw(ValueWriter.member(field.attribute()));
        out.raw(json, attribute.from(), attribute.to());
        out.raw(',');
        size += DynamoDbJson.utf8(field.attribute()) + attribute.size();
      }
    }
    out.raw(Tombstone.member(config.mode().tombstone()));
    out.raw('}');
    size += DynamoDbJson.utf8(config.mode().tombstone()) + 1;
    return new ItemWrite.Put(key, version, size, out.copy());
  }
}
