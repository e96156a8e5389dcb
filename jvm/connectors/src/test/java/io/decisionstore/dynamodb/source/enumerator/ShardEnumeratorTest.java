package io.decisionstore.dynamodb.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.source.ScriptedStream;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.config.StartPosition;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.junit.jupiter.api.Test;

class ShardEnumeratorTest {

  /** One reader; asynchronous calls run when the test says so. */
  private static final class Context implements SplitEnumeratorContext<ShardSplit> {
    final Map<Integer, ReaderInfo> readers = new HashMap<>(Map.of(0, new ReaderInfo(0, "here")));
    final List<ShardSplit> assigned = new ArrayList<>();
    Runnable listing;

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
      return null;
    }

    @Override
    public void sendEventToSourceReader(int subtaskId, SourceEvent event) {}

    @Override
    public int currentParallelism() {
      return 1;
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
      return readers;
    }

    @Override
    public void assignSplits(SplitsAssignment<ShardSplit> assignment) {
      assignment.assignment().values().forEach(assigned::addAll);
    }

    @Override
    public void signalNoMoreSplits(int subtask) {}

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {}

    @Override
    public <T> void callAsync(
        Callable<T> callable, BiConsumer<T, Throwable> handler, long delay, long period) {
      listing =
          () -> {
            try {
              handler.accept(callable.call(), null);
            } catch (Exception failure) {
              handler.accept(null, failure);
            }
          };
    }

    @Override
    public void runInCoordinatorThread(Runnable runnable) {
      runnable.run();
    }

    List<String> takeAssigned() {
      List<String> taken =
          assigned.stream().map(split -> split.shardId() + "@" + split.position()).toList();
      assigned.clear();
      return taken;
    }
  }

  private final ScriptedStream stream = new ScriptedStream();
  private final Context context = new Context();

  private ShardEnumerator started(StartPosition start) {
    Duration wait = Duration.ofSeconds(1);
    SourceConfig config =
        new SourceConfig("t", "r", null, start, List.of(), wait, wait, wait, true);
    ShardEnumerator enumerator = new ShardEnumerator(context, config, stream, null);
    enumerator.start();
    context.listing.run();
    return enumerator;
  }

  private static ShardSplit fresh(String shardId) {
    return new ShardSplit("arn", shardId, ShardSplit.TRIM_HORIZON);
  }

  @Test
  void atLatestAChildListedBesideItsOpenParentIsReadFromItsStart() {
    stream.open("parent", null).open("child", "parent");
    ShardEnumerator enumerator = started(StartPosition.LATEST);
    assertThat(context.takeAssigned()).containsExactly("parent@LATEST");
    enumerator.handleSourceEvent(0, new ShardFinishedEvent("parent"));
    assertThat(context.takeAssigned()).containsExactly("child@TRIM_HORIZON");
  }

  @Test
  void atLatestAChildOfAClosedShardStartsAtLatest() {
    stream.open("parent", null).close("parent").open("child", "parent");
    started(StartPosition.LATEST);
    assertThat(context.takeAssigned()).containsExactly("child@LATEST");
  }

  @Test
  void aShardAssignedAndFinishedSinceTheCheckpointIsReadAgain() throws Exception {
    stream.open("a", null).close("a");
    ShardEnumerator enumerator = started(StartPosition.TRIM_HORIZON);
    context.takeAssigned();
    enumerator.handleSourceEvent(0, new ShardFinishedEvent("a"));
    enumerator.addSplitsBack(List.of(fresh("a")), 0);
    assertThat(context.takeAssigned()).containsExactly("a@TRIM_HORIZON");
  }

  @Test
  void aReturnedChildWaitsForTheParentThatItsReaderReadsAgain() throws Exception {
    stream.open("a", null).close("a").open("b", "a");
    ShardEnumerator enumerator = started(StartPosition.TRIM_HORIZON);
    enumerator.snapshotState(1);
    enumerator.notifyCheckpointComplete(1);
    enumerator.handleSourceEvent(0, new ShardFinishedEvent("a"));
    assertThat(context.takeAssigned()).containsExactly("a@TRIM_HORIZON", "b@TRIM_HORIZON");

    enumerator.addSplitsBack(List.of(fresh("b")), 0);
    assertThat(context.takeAssigned()).isEmpty();
    enumerator.handleSourceEvent(0, new ShardFinishedEvent("a"));
    assertThat(context.takeAssigned()).containsExactly("b@TRIM_HORIZON");
  }

  @Test
  void anEndThatACompletedCheckpointHoldsIsNotTakenBack() throws Exception {
    stream.open("a", null).close("a").open("b", "a");
    ShardEnumerator enumerator = started(StartPosition.TRIM_HORIZON);
    enumerator.handleSourceEvent(0, new ShardFinishedEvent("a"));
    enumerator.snapshotState(1);
    enumerator.notifyCheckpointComplete(1);
    context.takeAssigned();

    enumerator.addSplitsBack(List.of(fresh("b")), 0);
    assertThat(context.takeAssigned()).containsExactly("b@TRIM_HORIZON");
  }

  @Test
  void anEndAfterTheEnumeratorsSnapshotIsNotPartOfThatCheckpoint() throws Exception {
    stream.open("a", null).close("a").open("b", "a");
    ShardEnumerator enumerator = started(StartPosition.TRIM_HORIZON);
    enumerator.snapshotState(1);
    enumerator.handleSourceEvent(0, new ShardFinishedEvent("a"));
    enumerator.notifyCheckpointComplete(1);
    context.takeAssigned();

    enumerator.addSplitsBack(List.of(fresh("b")), 0);
    assertThat(context.takeAssigned()).isEmpty();
  }

  @Test
  void anotherReadersFailureDoesNotTakeAnEndBack() throws Exception {
    stream.open("a", null).close("a").open("b", "a");
    ShardEnumerator enumerator = started(StartPosition.TRIM_HORIZON);
    enumerator.handleSourceEvent(0, new ShardFinishedEvent("a"));
    enumerator.addSplitsBack(List.of(), 1);
    assertThat(enumerator.snapshotState(1).shards())
        .contains(new Lineage.Shard("a", null, Lineage.Status.FINISHED));
  }

  @Test
  void aReturnedShardIsWaitingInTheCheckpointToo() throws Exception {
    stream.open("a", null).close("a");
    ShardEnumerator enumerator = started(StartPosition.TRIM_HORIZON);
    enumerator.handleSourceEvent(0, new ShardFinishedEvent("a"));
    context.readers.clear();
    enumerator.addSplitsBack(List.of(fresh("a")), 0);
    assertThat(enumerator.snapshotState(2).shards())
        .containsExactly(new Lineage.Shard("a", null, Lineage.Status.WAITING));
  }
}
