package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.WriteMode.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/** What a row does to its item. One of a subtask, used by its thread. */
public final class RowReader {
  private final SinkConfig config;
  private final RowLayout layout;
  private final int deleteFlag;
  private final FieldsReader fields;
  private final ItemReader items;

  public RowReader(SinkConfig config) {
    this.config = config;
    List<String> names = names(config);
    this.layout = new RowLayout(names);
    this.deleteFlag = names.indexOf(config.rows().deleteFlag());
    boolean wholeItems = config.rows().itemField() != null;
    this.fields = wholeItems ? null : new FieldsReader(config, layout);
    this.items = wholeItems ? new ItemReader(config) : null;
  }

  /**
   * The fields that a row has; one without names has them in this order: the declared ones, or the
   * whole item, and then the delete flag unless it is among them.
   */
  static List<String> names(SinkConfig config) {
    List<String> names = new ArrayList<>();
    if (config.rows().itemField() != null) {
      names.add(config.rows().itemField());
    } else {
      config.fields().forEach(field -> names.add(field.name()));
    }
    String flag = config.rows().deleteFlag();
    if (flag != null && !names.contains(flag)) {
      names.add(flag);
    }
    return names;
  }

  /**
   * The row's write.
   *
   * @return null for a row of kind UPDATE_BEFORE: the UPDATE_AFTER behind it says it all
   * @throws UnwritableRowException this row can never be written
   * @throws IllegalStateException the stream is not what the sink was declared for, so that no row
   *     can be written
   */
  public ItemWrite read(Object element) throws UnwritableRowException {
    Row row = row(element);
    if (row.getKind() == RowKind.UPDATE_BEFORE) {
      return null;
    }
    if (items != null) {
      Object item = layout.value(row, 0);
      return items.read(item, key -> deletes(row, key));
    }
    ItemKey key = fields.key(row);
    try {
      return deletes(row, key) ? fields.delete(row, key) : fields.write(row, key);
    } catch (Unfit unfit) {
      throw new UnwritableRowException(unfit.reason(), key);
    }
  }

  private Row row(Object element) {
    if (!(element instanceof Row row)) {
      throw new IllegalStateException(
          "The sink of the table %s takes rows, not %s: give the stream before it a row type (output_type=Types.ROW_NAMED(...))."
              .formatted(config.table(), Unfit.typeName(element)));
    }
    String problem = layout.problem(row);
    if (problem != null) {
      throw new IllegalStateException(
          "The row for the table %s %s.".formatted(config.table(), problem));
    }
    return row;
  }

  private boolean deletes(Row row, ItemKey key) throws UnwritableRowException {
    if (config.mode().kind() == Kind.DELETE || row.getKind() == RowKind.DELETE) {
      return true;
    }
    if (deleteFlag < 0) {
      return false;
    }
    Object flag = layout.value(row, deleteFlag);
    if (flag == null) {
      return false;
    }
    if (flag instanceof Boolean deletes) {
      return deletes;
    }
    throw new UnwritableRowException(
        Unfit.type("a boolean", flag).within(config.rows().deleteFlag()).reason(), key);
  }
}
