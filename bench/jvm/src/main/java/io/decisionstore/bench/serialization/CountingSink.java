package io.decisionstore.bench.serialization;

import io.decisionstore.bench.Lane;
import io.decisionstore.bench.Meter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Counts and forgets. */
public final class CountingSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1;

  private final Meter.Plan plan;

  CountingSink(Meter.Plan plan) {
    this.plan = plan;
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    return new Writer<>(Meter.of(plan).lane());
  }

  private record Writer<T>(Lane lane) implements SinkWriter<T> {
    @Override
    public void write(T element, Context context) {
      lane.record(0, 0);
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
  }
}
