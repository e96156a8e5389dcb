package io.decisionstore.bench;

import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.types.Row;

/** The end of every Flink contender's road: looks at each field, counts, and forgets. */
public final class MeasuringSink implements Sink<Row> {
  private static final long serialVersionUID = 1;
  private static final long SAMPLE_MS = 1_000;

  private final Meter.Plan plan;
  private final int writtenAt;

  /**
   * Called from Python.
   *
   * @param writtenAt the place of the field with the time of writing (epoch microseconds); -1 when
   *     latency is not asked for
   */
  public MeasuringSink(String report, long warmUpMs, long windowMs, long milestone, int writtenAt) {
    this.plan = new Meter.Plan(report, warmUpMs, windowMs, milestone, SAMPLE_MS, 0, 0);
    this.writtenAt = writtenAt;
  }

  @Override
  public SinkWriter<Row> createWriter(WriterInitContext context) {
    return new Writer(Meter.of(plan).lane(), writtenAt);
  }

  private record Writer(Lane lane, int writtenAt) implements SinkWriter<Row> {
    @Override
    public void write(Row row, Context context) {
      int present = 0;
      for (int i = 0; i < row.getArity(); i++) {
        if (row.getField(i) != null) {
          present++;
        }
      }
      Object written = writtenAt < 0 ? null : row.getField(writtenAt);
      lane.record(present, written == null ? 0 : (Long) written);
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
  }
}
