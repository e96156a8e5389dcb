package io.decisionstore.operators.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Identities are remembered for a second. */
class FirstOfEachIdentityTest {
  private KeyedOneInputStreamOperatorTestHarness<String, Row, Row> harness;

  @BeforeEach
  void open() throws Exception {
    harness = harness();
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, Row, Row> harness()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new FirstOfEachIdentity(1_000)),
        row -> (String) row.getField(ArchiveRows.DECISION_ID),
        Types.STRING);
  }

  @Test
  void revisionsPassOnceInAnyOrder() throws Exception {
    Row third = Events.archived("d-1", 3);
    Row first = Events.archived("d-1", 1);
    Row other = Events.archived("d-2", 3);
    for (Row row : List.of(third, first, third, other, first, Events.archived("d-2", 3))) {
      harness.processElement(row, 0);
    }
    assertThat(harness.extractOutputValues()).containsExactly(third, first, other);
  }

  @Test
  void anIdentityIsKnownAfterARestore() throws Exception {
    harness.processElement(Events.archived("d-1", 1), 0);
    OperatorSubtaskState checkpoint = harness.snapshot(1, 1);
    harness.close();
    harness = harness();
    harness.initializeState(checkpoint);
    harness.open();
    harness.processElement(Events.archived("d-1", 1), 0);
    harness.processElement(Events.archived("d-1", 2), 0);
    assertThat(harness.extractOutputValues()).containsExactly(Events.archived("d-1", 2));
  }

  @Test
  void anIdentityIsForgottenAfterTheRetention() throws Exception {
    harness.setStateTtlProcessingTime(0);
    harness.processElement(Events.archived("d-1", 1), 0);
    harness.setStateTtlProcessingTime(999);
    harness.processElement(Events.archived("d-1", 1), 0);
    assertThat(harness.extractOutputValues()).hasSize(1);
    harness.setStateTtlProcessingTime(1_000);
    harness.processElement(Events.archived("d-1", 1), 0);
    assertThat(harness.extractOutputValues()).hasSize(2);
  }
}
