package io.decisionstore.operators.assemble;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/**
 * The parts of one decision: every revision, ordered by part, name and revision, as rows that are
 * also the event's {@code parts}.
 */
final class Parts {
  static final int PART = 0;
  static final int NAME = 1;
  static final int REVISION = 2;
  static final int EVENT_TIME = 3;
  static final int SCHEMA = 4;
  static final int PAYLOAD = 5;

  static final TypeInformation<Row> ROW =
      Types.ROW_NAMED(
          new String[] {"part", "name", "revision", "event_time", "schema", "payload"},
          Types.STRING,
          Types.STRING,
          Types.INT,
          Types.LONG,
          Types.STRING,
          Types.STRING);

  private static final Comparator<Row> ORDER =
      Comparator.comparing((Row part) -> (String) part.getField(PART))
          .thenComparing(Parts::nameOrEmpty)
          .thenComparing(part -> (Integer) part.getField(REVISION));

  private Parts() {}

  /**
   * The parts with one more.
   *
   * @return a new list, or null when this revision is already there
   */
  static List<Row> with(List<Row> parts, Row added) {
    int place = 0;
    for (; place < parts.size(); place++) {
      int comparison = ORDER.compare(parts.get(place), added);
      if (comparison == 0) {
        return null;
      }
      if (comparison > 0) {
        break;
      }
    }
    List<Row> more = new ArrayList<>(parts.size() + 1);
    more.addAll(parts.subList(0, place));
    more.add(added);
    more.addAll(parts.subList(place, parts.size()));
    return more;
  }

  /** The newest revision of each part by its label, in order. */
  static Map<String, Row> newest(Collection<Row> ordered) {
    Map<String, Row> newest = new LinkedHashMap<>();
    for (Row part : ordered) { // the last, so the highest revision, stays
      newest.put(label(part), part);
    }
    return newest;
  }

  /** {@code request}, {@code check#credit} or {@code outcome}. */
  static String label(Row part) {
    String name = (String) part.getField(NAME);
    return name == null ? (String) part.getField(PART) : part.getField(PART) + "#" + name;
  }

  private static String nameOrEmpty(Row part) {
    String name = (String) part.getField(NAME);
    return name == null ? "" : name;
  }
}
