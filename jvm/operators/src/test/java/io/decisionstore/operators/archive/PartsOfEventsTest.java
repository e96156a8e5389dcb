package io.decisionstore.operators.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

class PartsOfEventsTest {
  @Test
  void eachPartRevisionComesOnceWhateverTheOrderOfTheEvents() throws Exception {
    try (var harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new PartsOfEvents(Events.PLAN)),
            (Row row) -> (String) row.getField(ArchiveRows.DECISION_ID),
            Types.STRING)) {
      harness.open();
      harness.processElement(Events.archived("d-1", 2, 5), 0);
      harness.processElement(Events.archived("d-1", 3, 5), 0);
      harness.processElement(Events.archived("d-1", 1, 5), 0);
      harness.processElement(Events.archived("d-2", 1, 5), 0);
      assertThat(harness.extractOutputValues())
          .containsExactly(
              request("d-1", 1), request("d-1", 2), request("d-1", 3), request("d-2", 1));
    }
  }

  private static Row request(String decisionId, long revision) {
    return Row.of(
        decisionId,
        "request#00000" + revision,
        "request",
        null,
        revision,
        "c-1",
        5L,
        "decision-request:1",
        "{}",
        5L);
  }
}
