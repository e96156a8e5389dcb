package io.decisionstore.bench.keyed;

import io.decisionstore.bench.Arguments;
import io.decisionstore.bench.Lane;
import io.decisionstore.bench.Meter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.types.Row;

/** The end of every Flink contender's road: counts items, tells how old their newest event is. */
public final class ItemSink implements Sink<Row> {
  private static final long serialVersionUID = 1;

  private final Meter.Plan plan;
  private final int place;
  private final String attribute;

  /**
   * Called from Python.
   *
   * @param arguments lines of {@code key=value}: those of {@link Arguments#plan}; {@code place}: of
   *     the field with the time of the newest event (epoch milliseconds); {@code attribute}: where
   *     it stands if that field is an item as DynamoDB's JSON, else empty
   */
  public ItemSink(String arguments) {
    Arguments told = new Arguments(arguments.split("\n"));
    this.plan = told.plan();
    this.place = told.number("place");
    this.attribute = told.text("attribute");
  }

  @Override
  public SinkWriter<Row> createWriter(WriterInitContext context) {
    String before = attribute.isEmpty() ? "" : "\"" + attribute + "\":{\"N\":\"";
    return new Writer(Meter.of(plan).lane(), place, before);
  }

  private record Writer(Lane lane, int place, String before) implements SinkWriter<Row> {
    @Override
    public void write(Row item, Context context) {
      Object found = item.getField(place);
      long millis = found instanceof Long number ? number : in((String) found);
      lane.record(item.getArity(), millis * 1_000);
    }

    private long in(String json) {
      int begin = json.indexOf(before);
      if (begin < 0) {
        throw new IllegalStateException("There is no " + before + " in " + json);
      }
      begin += before.length();
      return Long.parseLong(json, begin, json.indexOf('"', begin), 10);
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
  }
}
