package io.decisionstore.dynamodb.sink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import io.decisionstore.dynamodb.sink.client.TableDescription.KeyPart;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the job's start makes of a table. */
@Timeout(60)
class TableAtStartTest {
  private static final SinkConfig CONFIG = TableServer.config(WriteMode.put(), 1);
  private static final List<KeyPart> KEY =
      List.of(new KeyPart("k\n\"ä", "N"), new KeyPart("s", "S"));
  private static final TableDescription ACTIVE = table("ACTIVE", KEY, 5);

  private static TableDescription table(String status, List<KeyPart> key, double units) {
    return new TableDescription(status, key, true, units, 0, Map.of());
  }

  /** Answers one after the other; the last one stays. */
  private static TableClient answering(Object... answers) {
    Deque<Object> left = new ArrayDeque<>(List.of(answers));
    return new TableClient() {
      @Override
      public CompletableFuture<Answer> write(List<ItemWrite> writes) {
        throw new UnsupportedOperationException();
      }

      @Override
      public CompletableFuture<TableDescription> describe() {
        Object next = left.size() == 1 ? left.peek() : left.poll();
        return next instanceof TableDescription table
            ? CompletableFuture.completedFuture(table)
            : next instanceof Kind kind
                ? CompletableFuture.failedFuture(
                    new WriteFailure(new Refusal(kind, "why", new IllegalStateException())))
                : new CompletableFuture<>();
      }

      @Override
      public void close() {}
    };
  }

  private static TableDescription await(TableClient client) {
    return TableAtStart.await(client, CONFIG, Duration.ofMillis(1200));
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "THROTTLED"})
  void aTableThatIsBeingMadeOrNotReachedIsWaitedFor(Kind kind) {
    assertThat(await(answering(table("CREATING", List.of(), 0), kind, ACTIVE))).isEqualTo(ACTIVE);
  }

  @Test
  void aTableThatIsMadeForEverIsASentence() {
    assertThatThrownBy(() -> await(answering(table("CREATING", KEY, 5))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("The table .* is still being made after 1 s\\.");
  }

  @Test
  void aTableThatIsNotReachedIsASentence() {
    for (Object never : List.of(Kind.UNAVAILABLE, Kind.REJECTED, "no answer")) {
      assertThatThrownBy(() -> await(answering(never)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(
              "The table .* cannot be written: (why|it does not answer)\\. Check .*");
    }
  }

  @Test
  void aRoleThatMayNotDescribeMayStart() {
    assertThat(await(answering(Kind.FORBIDDEN))).isNull();
  }

  @Test
  void whatIsFatalIsToldAtOnce() {
    assertThatThrownBy(() -> await(answering(Kind.FATAL, ACTIVE)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("why");
  }

  @Test
  void aJobThatIsStoppedDoesNotWait() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> TableAtStart.await(answering("no answer"), CONFIG))
        .hasMessageContaining("was stopped while it waited");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aKeyThatIsNotTheTablesIsASentence() {
    TableDescription other = table("ACTIVE", List.of(new KeyPart("k", "S")), 5);
    assertThatThrownBy(() -> await(answering(other)))
        .hasMessageContaining("has the key k (S), and the sink is declared with k")
        .hasMessageContaining("(N) + s (S): declare");
    assertThat(TableCheck.fault(table("ACTIVE", List.of(KEY.get(1), KEY.get(0)), 5), CONFIG))
        .contains("has the key s (S) + k");
  }

  @ParameterizedTest
  @CsvSource({
    "DELETING, is being deleted",
    "ARCHIVING, encryption key",
    "ARCHIVED, encryption key",
    "INACCESSIBLE_ENCRYPTION_CREDENTIALS, encryption key",
  })
  void aTableThatTakesNothingIsASentence(String status, String told) {
    assertThat(TableCheck.fault(table(status, KEY, 5), CONFIG)).contains(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ACTIVE", "UPDATING"})
  void aTableThatTakesWritesHasNoFault(String status) {
    assertThat(TableCheck.fault(table(status, KEY, 5), CONFIG)).isNull();
  }

  @Test
  void aProvisionedTableWithoutUnitsIsASentence() {
    assertThat(TableCheck.fault(table("ACTIVE", KEY, 0), CONFIG)).contains("has no write units");
    assertThat(TableCheck.fault(new TableDescription("ACTIVE", KEY, false, 0, 0, Map.of()), CONFIG))
        .isNull();
  }
}
