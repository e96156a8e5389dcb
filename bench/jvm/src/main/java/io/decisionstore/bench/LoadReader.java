package io.decisionstore.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.types.Row;

/**
 * Makes a subtask's rows as they are taken. A pace is kept to the millisecond; who has been held
 * back makes up for a second at the most, as a source with a short backlog does.
 */
final class LoadReader implements SourceReader<Row, LoadSource.NoSplit> {
  private static final long TICK_MS = 1;
  private static final long CATCH_UP_NANOS = 1_000_000_000;

  private final Load share;
  private final LoadRows rows;
  private final Lane lane;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "load-clock");
            thread.setDaemon(true);
            return thread;
          });
  private long made;
  private long first = -1;
  private long paceBegan;
  private long madeAtPace;

  LoadReader(Load share, int subtask, Lane lane) {
    this.share = share;
    this.rows = new LoadRows(share, subtask);
    this.lane = lane;
  }

  @Override
  public InputStatus pollNext(ReaderOutput<Row> output) {
    long now = System.nanoTime();
    if (first < 0) {
      first = now;
      paceBegan = now;
    }
    if (share.forMs() > 0 && now - first >= share.forMs() * 1_000_000 && made % rows.block() == 0) {
      lane.finish();
      return InputStatus.END_OF_INPUT;
    }
    if (share.rowsPerSecond() > 0 && !isDue(now)) {
      return InputStatus.NOTHING_AVAILABLE;
    }
    output.collect(rows.row(made++));
    // Counted when the sink has taken it.
    lane.record(LoadRows.NAMES.length, 0);
    return InputStatus.MORE_AVAILABLE;
  }

  private boolean isDue(long now) {
    double due = (now - paceBegan) / 1e9 * share.rowsPerSecond() + madeAtPace;
    double most = CATCH_UP_NANOS / 1e9 * share.rowsPerSecond();
    if (due - made > most) {
      paceBegan = now - CATCH_UP_NANOS;
      madeAtPace = made;
      return true;
    }
    return made < due;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    CompletableFuture<Void> tick = new CompletableFuture<>();
    clock.schedule(() -> tick.complete(null), TICK_MS, TimeUnit.MILLISECONDS);
    return tick;
  }

  @Override
  public void start() {}

  @Override
  public List<LoadSource.NoSplit> snapshotState(long checkpoint) {
    return List.of(); // a contender that fails is not restarted
  }

  @Override
  public void addSplits(List<LoadSource.NoSplit> splits) {}

  @Override
  public void notifyNoMoreSplits() {}

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
