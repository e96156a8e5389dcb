package io.decisionstore.bench;

import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.types.Row;

/** The rows that every sink is given. It has no splits: a subtask makes its own rows. */
public final class LoadSource
    implements Source<Row, LoadSource.NoSplit, Void>, ResultTypeQueryable<Row> {
  private static final long serialVersionUID = 1;

  private final Meter.Plan plan;
  private final Load load;

  /**
   * Called from Python.
   *
   * @param arguments lines of {@code key=value}: those of {@link Load#of} and {@link
   *     Arguments#plan}
   */
  public LoadSource(String arguments) {
    Arguments told = new Arguments(arguments.split("\n"));
    this.plan = told.plan();
    this.load = Load.of(told);
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED; // a job that ends is a streaming job until then
  }

  @Override
  public SourceReader<Row, NoSplit> createReader(SourceReaderContext context) {
    Load share = load.share(context.currentParallelism());
    return new LoadReader(share, context.getIndexOfSubtask(), Meter.of(plan).lane());
  }

  @Override
  public TypeInformation<Row> getProducedType() {
    return LoadRows.TYPE;
  }

  @Override
  public SplitEnumerator<NoSplit, Void> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
    return new NoEnumerator();
  }

  @Override
  public SplitEnumerator<NoSplit, Void> restoreEnumerator(
      SplitEnumeratorContext<NoSplit> context, Void state) {
    return new NoEnumerator();
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
    return new Nothing<>();
  }

  @Override
  public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
    return new Nothing<>();
  }

  static final class NoSplit implements SourceSplit {
    @Override
    public String splitId() {
      return "none";
    }
  }

  private static final class NoEnumerator implements SplitEnumerator<NoSplit, Void> {
    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtask, String host) {}

    @Override
    public void addSplitsBack(List<NoSplit> splits, int subtask) {}

    @Override
    public void addReader(int subtask) {}

    @Override
    public Void snapshotState(long checkpoint) {
      return null;
    }

    @Override
    public void close() {}
  }

  private static final class Nothing<T> implements SimpleVersionedSerializer<T> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(T nothing) {
      return new byte[0];
    }

    @Override
    public T deserialize(int version, byte[] bytes) {
      return null;
    }
  }
}
