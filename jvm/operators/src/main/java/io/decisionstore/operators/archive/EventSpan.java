package io.decisionstore.operators.archive;

import java.io.Serializable;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.io.api.Binary;

/**
 * Which events are wanted.
 *
 * @param fromMs the first event time
 * @param toMs the first event time after the span
 * @param customerId null for everyone
 */
record EventSpan(long fromMs, long toMs, String customerId) implements Serializable {

  EventSpan {
    if (fromMs >= toMs) {
      throw new IllegalArgumentException(
          "The span from %d to %d is empty: the end must be after the start."
              .formatted(fromMs, toMs));
    }
  }

  /** Whether a file or folder of the archive is to be opened. */
  boolean mayHold(Path path) {
    String name = path.getName();
    if (name.startsWith(".") || name.startsWith("_")) {
      return false; // not finished, or not data
    }
    if (!name.startsWith(EventDatePartitions.PREFIX)) {
      return true;
    }
    try {
      LocalDate date = LocalDate.parse(name.substring(EventDatePartitions.PREFIX.length()));
      return !date.isBefore(EventDatePartitions.date(fromMs))
          && !date.isAfter(EventDatePartitions.date(toMs - 1));
    } catch (DateTimeParseException unknown) {
      return true; // the filter on the events decides
    }
  }

  /** The same for the events in a file; row groups that hold none are not read. */
  FilterCompat.Filter filter() {
    var time = FilterApi.longColumn("event_time");
    FilterPredicate wanted = FilterApi.and(FilterApi.gtEq(time, fromMs), FilterApi.lt(time, toMs));
    if (customerId != null) {
      var customer = FilterApi.binaryColumn("customer_id");
      wanted = FilterApi.and(wanted, FilterApi.eq(customer, Binary.fromString(customerId)));
    }
    return FilterCompat.get(wanted);
  }
}
