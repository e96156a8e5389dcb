package io.decisionstore.dynamodb.source.unreadable;

import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.RowTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Rows whose attributes do not fit go to a side output with their reason and raw record; the others
 * go on as they are.
 *
 * <p>Called from Python by {@code flink_dynamodb.unreadable}. A source has one output only, so this
 * is an operator of its own; chained to the source it costs a look at one field.
 */
public final class SplitUnreadable extends ProcessFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  static final String ERROR = "decode_error";
  static final List<String> RAW = List.of("raw", "record");

  /** What the side output takes over where a row declares it. */
  private static final List<String> POSITION =
      List.of("table", "shard_id", "sequence_number", "created_at");

  private static final OutputTag<Row> UNREADABLE =
      new OutputTag<>(
          "unreadable",
          Types.ROW_NAMED(
              new String[] {"reason", "raw", "table", "shard_id", "sequence_number", "created_at"},
              Types.STRING,
              Types.STRING,
              Types.STRING,
              Types.STRING,
              Types.STRING,
              Types.LONG));

  private final int error;

  /** Where each field of the side output but the first is in a row; -1: nowhere. */
  private final int[] taken;

  private SplitUnreadable(int error, int[] taken) {
    this.error = error;
    this.taken = taken;
  }

  /**
   * The rows that are readable.
   *
   * @param rows which declare the metadata decode_error, and raw or record, under these names
   * @param uid of the operator; null: Flink chooses
   * @throws IllegalArgumentException if they do not
   */
  public static SingleOutputStreamOperator<Row> apply(DataStream<Row> rows, String uid) {
    SingleOutputStreamOperator<Row> readable =
        rows.process(of(rows.getType()), rows.getType()).name("split-unreadable");
    return uid == null ? readable : readable.uid(uid);
  }

  /** The others: reason, raw, and where the record was. */
  public static DataStream<Row> unreadable(SingleOutputStreamOperator<Row> readable) {
    return readable.getSideOutput(UNREADABLE);
  }

  static SplitUnreadable of(TypeInformation<Row> type) {
    if (!(type instanceof RowTypeInfo rows)) {
      throw new IllegalArgumentException(
          "Unreadable rows are told by their fields: " + type + " has none.");
    }
    int error = rows.getFieldIndex(ERROR);
    int raw =
        RAW.stream().mapToInt(rows::getFieldIndex).filter(at -> at >= 0).findFirst().orElse(-1);
    if (error < 0 || raw < 0) {
      throw new IllegalArgumentException(
          "Unreadable rows are told by the fields decode_error and raw (or record), and these rows have %s: declare metadata(\"decode_error\") and metadata(\"raw\") in the source."
              .formatted(Arrays.toString(rows.getFieldNames())));
    }
    int[] taken = new int[1 + POSITION.size()];
    taken[0] = raw;
    for (int i = 0; i < POSITION.size(); i++) {
      taken[1 + i] = placeOf(POSITION.get(i), rows);
    }
    return new SplitUnreadable(error, taken);
  }

  /** A field of such a name may be an attribute of another type. */
  private static int placeOf(String name, RowTypeInfo rows) {
    int at = rows.getFieldIndex(name);
    TypeInformation<?> wanted = name.equals("created_at") ? Types.LONG : Types.STRING;
    return at >= 0 && rows.getTypeAt(at).equals(wanted) ? at : -1;
  }

  @Override
  public void processElement(Row row, Context context, Collector<Row> readable) {
    Object reason = row.getField(error);
    if (reason == null) {
      readable.collect(row);
      return;
    }
    Row unreadable = new Row(1 + taken.length);
    unreadable.setField(0, reason);
    for (int i = 0; i < taken.length; i++) {
      unreadable.setField(1 + i, taken[i] < 0 ? null : row.getField(taken[i]));
    }
    context.output(UNREADABLE, unreadable);
  }
}
