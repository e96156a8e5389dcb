package io.decisionstore.bench.decode;

import io.decisionstore.dynamodb.source.decode.DecodedPage;
import io.decisionstore.dynamodb.source.decode.PageDecoder;
import io.decisionstore.dynamodb.source.decode.ResponseScanner;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.types.Row;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Records a second on one thread; all roads give the same rows, which the setup checks. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@OperationsPerInvocation(SamplePage.RECORDS)
public class DecodeBenchmark {
  private byte[] body;
  private SdkRows sdk;
  private JacksonRows jackson;
  private PageDecoder decoder;

  @Setup
  public void open() throws IOException {
    body = SamplePage.body();
    sdk = new SdkRows(body, SamplePage.COLUMNS);
    jackson = new JacksonRows(SamplePage.COLUMNS);
    decoder = new PageDecoder(SamplePage.COLUMNS);
    List<Row> expected = sdk.rows();
    DecodedPage page = page();
    for (int i = 0; i < SamplePage.RECORDS; i++) {
      if (!expected.get(i).equals(page.row(i))) {
        throw new IllegalStateException(expected.get(i) + " is not " + page.row(i));
      }
    }
    if (!expected.equals(jackson.rows(body))) {
      throw new IllegalStateException("Jackson reads other rows.");
    }
    System.out.printf("%n%d bytes a record%n", body.length / SamplePage.RECORDS);
  }

  @TearDown
  public void close() {
    sdk.close();
  }

  private DecodedPage page() throws IOException {
    return decoder.decode(body, body.length, "t", "shard", Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Benchmark
  public List<Row> sdkAndMaps() {
    return sdk.rows();
  }

  @Benchmark
  public List<Row> jacksonStreaming() throws IOException {
    return jackson.rows(body);
  }

  @Benchmark
  public void ours(Blackhole hole) throws IOException {
    DecodedPage page = page();
    for (int i = 0; i < page.size(); i++) {
      hole.consume(page.row(i));
    }
  }

  /** The part of it that a fetcher does: where each record and attribute is. */
  @Benchmark
  public DecodedPage oursWithoutRows() throws IOException {
    return page();
  }

  @Benchmark
  public String nextIterator() throws IOException {
    return ResponseScanner.nextIterator(body, body.length);
  }
}
