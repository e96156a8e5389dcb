package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode.Kind;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Addend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.NumberAddend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.SetAddend;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.types.Row;

/** Makes writes of a row's declared fields. */
final class FieldsReader {
  /** A declared field, and all of it that can be made before a row comes. */
  private static final class Column {
    final SinkField field;
    final int place;
    final byte[] member;
    final int nameSize;
    final ValueWriter writer;

    Column(SinkField field, int place, boolean writesNulls) {
      this.field = field;
      this.place = place;
      this.member = ValueWriter.member(field.attribute());
      this.nameSize = DynamoDbJson.utf8(field.attribute());
      this.writer =
          field.role() == Role.TIME_TO_LIVE
              ? new TimeToLive()
              : ValueWriter.of(field.type(), writesNulls, 0);
    }
  }

  private final SinkConfig config;
  private final RowLayout layout;
  private final Column partition;
  private final Column sort;
  private final Column version;
  private final List<Column> others = new ArrayList<>();
  private final byte[] tombstone;
  private final int tombstoneSize;
  // Begins with the key, once it is read.
  private final JsonBuffer json = new JsonBuffer();
  private int keySize;

  FieldsReader(SinkConfig config, RowLayout layout) {
    this.config = config;
    this.layout = layout;
    Column partitionKey = null;
    Column sortKey = null;
    Column versionField = null;
    for (int place = 0; place < config.fields().size(); place++) {
      SinkField field = config.fields().get(place);
      Column column = new Column(field, place, config.rows().writesNulls());
      switch (field.role()) {
        case PARTITION_KEY -> partitionKey = column;
        case SORT_KEY -> sortKey = column;
        default -> others.add(column);
      }
      if (field.name().equals(config.mode().versionField())) {
        versionField = column;
      }
    }
    this.partition = partitionKey;
    this.sort = sortKey;
    this.version = versionField;
    String mark = config.mode().tombstone();
    this.tombstone = mark == null ? null : Tombstone.member(mark);
    this.tombstoneSize = mark == null ? 0 : DynamoDbJson.utf8(mark) + 1;
  }

  /** The row's key; its JSON is in the buffer from now on. */
  ItemKey key(Row row) throws UnwritableRowException {
    json.clear();
    json.raw('{');
    keySize = 0;
    KeyValue first = keyValue(partition, row, KeyRules.PARTITION_BYTES);
    if (sort == null) {
      return new ItemKey(first, null);
    }
    json.raw(',');
    return new ItemKey(first, keyValue(sort, row, KeyRules.SORT_BYTES));
  }

  private KeyValue keyValue(Column column, Row row, int limit) throws UnwritableRowException {
    String name = column.field.name();
    try {
      Object value = layout.value(row, column.place);
      KeyRules.checkPresent(value);
      json.raw(column.member);
      int size = column.writer.write(value, json);
      ScalarWriter scalar = (ScalarWriter) column.writer;
      KeyRules.checkSize(scalar.tag(), size, limit);
      keySize += column.nameSize + size;
      return new KeyValue(scalar.tag(), scalar.canonical(value));
    } catch (Unfit unfit) {
      throw new UnwritableRowException(unfit.within(name).reason(), null);
    }
  }

  /** What a row does that deletes, be it that it leaves a tombstone. */
  ItemWrite delete(Row row, ItemKey key) throws Unfit {
    Tombstone.check(config.mode());
    if (config.mode().kind() != Kind.PUT_IF_NEWER) {
      return new ItemWrite.Delete(key);
    }
    int size = keySize + tombstoneSize;
    for (Column column : others) {
      if (column == version || column.field.role() == Role.TIME_TO_LIVE) {
        size += member(column, row, false);
      }
    }
    json.raw(',');
    json.raw(tombstone);
    json.raw('}');
    return new ItemWrite.Put(key, version(row), size, json.copy());
  }

  /** What any other row does. */
  ItemWrite write(Row row, ItemKey key) throws Unfit {
    return config.mode().kind() == Kind.UPDATE ? update(row, key) : put(row, key);
  }

  private ItemWrite put(Row row, ItemKey key) throws Unfit {
    boolean writesNulls = config.rows().writesNulls();
    int size = keySize;
    for (Column column : others) {
      size += member(column, row, writesNulls);
    }
    json.raw('}');
    KeyRules.checkItemSize(size);
    return new ItemWrite.Put(key, version(row), size, json.copy());
  }

  /** Writes an attribute; its size, 0 if it has none. */
  private int member(Column column, Row row, boolean writesNulls) throws Unfit {
    int before = json.length();
    json.raw(',');
    json.raw(column.member);
    int size = value(column, row, writesNulls);
    if (size == ValueWriter.NOTHING) {
      json.cut(before);
      return 0;
    }
    return column.nameSize + size;
  }

  private int value(Column column, Row row, boolean writesNulls) throws Unfit {
    try {
      return ValueWriter.nullable(
          column.writer, layout.value(row, column.place), writesNulls, json);
    } catch (Unfit unfit) {
      throw unfit.within(column.field.name());
    }
  }

  private ItemWrite update(Row row, ItemKey key) throws Unfit {
    Map<String, byte[]> set = new LinkedHashMap<>();
    Map<String, Addend> add = new LinkedHashMap<>();
    int total = keySize;
    for (Column column : others) {
      if (column.field.role() == Role.ADD) {
        Addend addend = addend(column, layout.value(row, column.place));
        if (addend != null) {
          add.put(column.field.attribute(), addend);
          total += column.nameSize + Addends.size(addend);
        }
        continue;
      }
      int before = json.length();
      int size = value(column, row, config.rows().writesNulls());
      if (size != ValueWriter.NOTHING) {
        set.put(column.field.attribute(), json.copy(before));
        total += column.nameSize + size;
      }
    }
    KeyRules.checkItemSize(total);
    return new ItemWrite.Update(key, version(row), total, set, add);
  }

  /** Null if there is nothing to add. */
  private static Addend addend(Column column, Object value) throws Unfit {
    if (value == null) {
      return null;
    }
    try {
      if (column.field.type() instanceof SetOf) {
        SetWriter writer = (SetWriter) column.writer;
        Set<String> elements = writer.texts(value);
        if (writer.type().equals("SS")) {
          for (String element : elements) {
            DynamoDbJson.checkWhole(element);
          }
        }
        return elements.isEmpty() ? null : new SetAddend(writer.type(), List.copyOf(elements));
      }
      return new NumberAddend(new BigDecimal(((ScalarWriter) column.writer).canonical(value)));
    } catch (Unfit unfit) {
      throw unfit.within(column.field.name());
    }
  }

  private long version(Row row) throws Unfit {
    if (version == null) {
      return 0;
    }
    // Its type was checked when it was written.
    if (layout.value(row, version.place) instanceof Number number) {
      return number.longValue();
    }
    throw KeyRules.noVersion(version.field.name());
  }
}
