package io.decisionstore.dynamodb.sink.rejected;

import io.decisionstore.dynamodb.sink.item.RejectedRow;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.flink.types.Row;

/** A rejected row as it leaves the sink: a row of five fields, or a line of JSON of the same. */
public final class Letter {

  /** {@code REJECTED_ROW_TYPE} of {@code flink_dynamodb.rejected}, which must be equal. */
  public static final TypeInformation<Row> TYPE =
      Types.ROW_NAMED(
          new String[] {"table", "key", "reason", "row", "rejected_at"},
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.LONG);

  private Letter() {}

  static Row row(RejectedRow rejected) {
    return Row.of(
        rejected.table(), rejected.key(), rejected.reason(), rejected.row(), rejected.rejectedAt());
  }

  /** One line. The rejected row is a string in it, so that both forms have the same fields. */
  static String json(RejectedRow rejected) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("table", rejected.table())
        .put("key", rejected.key())
        .put("reason", rejected.reason())
        .put("row", rejected.row())
        .put("rejected_at", rejected.rejectedAt())
        .toString();
  }

  /**
   * The row with as much of its text as fits.
   *
   * @param bytes of the letter as JSON in UTF-8, at the most
   */
  static RejectedRow cut(RejectedRow rejected, int bytes) {
    String row = rejected.row();
    if (row == null || row.length() < bytes / 6 - 1_000) {
      return rejected; // Fits whatever its characters are, without a look at them.
    }
    // Room for what stands around the row, and for the words below.
    long room = bytes - 500 - inJson(rejected.table()) - inJson(rejected.key());
    room -= inJson(rejected.reason());
    int kept = 0;
    while (kept < row.length() && (room -= inJson(row.charAt(kept))) >= 0) {
      kept++;
    }
    if (kept == row.length()) {
      return rejected;
    }
    if (kept > 0 && Character.isHighSurrogate(row.charAt(kept - 1))) {
      kept--;
    }
    String reason =
        "%s; of the row's %d characters the first %d are here"
            .formatted(rejected.reason(), row.length(), kept);
    return new RejectedRow(
        rejected.table(), rejected.key(), reason, row.substring(0, kept), rejected.rejectedAt());
  }

  private static long inJson(String text) {
    return text == null ? 4 : text.chars().mapToLong(each -> inJson((char) each)).sum();
  }

  private static int inJson(char each) {
    if (each < 0x20) {
      return 6;
    }
    if (each == '"' || each == '\\') {
      return 2;
    }
    return each < 0x80 ? 1 : each < 0x800 || Character.isSurrogate(each) ? 2 : 3;
  }
}
