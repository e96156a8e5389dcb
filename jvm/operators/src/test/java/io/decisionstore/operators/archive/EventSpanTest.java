package io.decisionstore.operators.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventSpanTest {
  private static final EventSpan SPAN =
      new EventSpan(at("2026-01-02T12:00:00Z"), at("2026-01-04T00:00:00Z"), null);

  private static long at(String time) {
    return Instant.parse(time).toEpochMilli();
  }

  @ParameterizedTest
  @CsvSource({
    "event_date=2026-01-01, false",
    "event_date=2026-01-02, true",
    "event_date=2026-01-03, true",
    "event_date=2026-01-04, false", // the span ends before its first event
    "event_date=+12026-01-03, false",
    "event_date=unknown, true",
    "decision-events, true",
    "events-1-0.parquet, true",
    ".events-1-0.parquet.inprogress, false",
    "_temporary, false"
  })
  void onlyFoldersThatCanHoldEventsAreOpened(String name, boolean opened) {
    assertThat(SPAN.mayHold(new Path("s3://bucket/" + name))).isEqualTo(opened);
  }

  @Test
  void anEmptySpanIsRefused() {
    assertThatThrownBy(() -> new EventSpan(5, 5, null)).hasMessageContaining("is empty");
  }
}
