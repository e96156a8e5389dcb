package io.decisionstore.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What this process has done, measured the same way for every contender.
 *
 * <p>Reports lines of JSON to a file: {@code first} at the first record, {@code sample} again and
 * again, {@code window_start} and {@code window_end} around the measured span (which begins after a
 * warm-up, so that neither start-up nor most of the compiler's work is counted), and {@code
 * milestone} when a number of records is reached, {@code input_end} when there will be no more.
 * Each carries the counters at that moment; a rate is the difference of two.
 */
public final class Meter {
  private static Meter ofProcess;

  private final Plan plan;
  private final Writer report;
  private final List<Lane> lanes = new CopyOnWriteArrayList<>();
  private final AllocatedBytes allocated = new AllocatedBytes();
  private final HeapAfterCollection heapAfterCollection = new HeapAfterCollection();
  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private volatile boolean inWindow;

  /**
   * @param report where the lines go
   * @param warmUpMs from the first record to the measured span
   * @param windowMs the measured span
   * @param milestone a number of records to tell of; 0 for none
   * @param sampleMs from sample to sample
   * @param warmUpRecords the measured span does not begin before so many
   * @param windowRecords it does not end before so many
   */
  public record Plan(
      String report,
      long warmUpMs,
      long windowMs,
      long milestone,
      long sampleMs,
      long warmUpRecords,
      long windowRecords)
      implements java.io.Serializable {}

  private Meter(Plan plan) {
    this.plan = plan;
    try {
      this.report = Files.newBufferedWriter(Path.of(plan.report()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The process's meter, which starts with the first call. */
  public static synchronized Meter of(Plan plan) {
    if (ofProcess == null) {
      ofProcess = new Meter(plan);
      Thread thread = new Thread(ofProcess::run, "meter");
      thread.setDaemon(true);
      thread.start();
    }
    return ofProcess;
  }

  /** A counter for one thread. */
  public Lane lane() {
    Lane lane = new Lane(this);
    lanes.add(lane);
    return lane;
  }

  boolean isInWindow() {
    return inWindow;
  }

  private void run() {
    try {
      while (records() == 0) {
        Thread.sleep(1);
        allocated.update();
      }
      long first = System.nanoTime();
      tell("first");
      long windowStart = first + plan.warmUpMs() * 1_000_000;
      long windowEnd = Long.MAX_VALUE;
      long windowLeast = 0;
      long nextSample = first;
      boolean reached = plan.milestone() == 0;
      boolean ended = false;
      boolean inputEnded = false;
      while (true) {
        Thread.sleep(5);
        long now = System.nanoTime();
        if (!reached && records() >= plan.milestone()) {
          reached = true;
          tell("milestone");
        }
        if (!ended && !inWindow && now >= windowStart && records() >= plan.warmUpRecords()) {
          tell("window_start");
          windowEnd = now + plan.windowMs() * 1_000_000;
          windowLeast = records() + plan.windowRecords();
          inWindow = true;
        }
        if (inWindow && now >= windowEnd && records() >= windowLeast) {
          inWindow = false;
          ended = true;
          tell("window_end");
        }
        if (!inputEnded && lanes.stream().allMatch(Lane::isFinished)) {
          inputEnded = true;
          tell("input_end");
        }
        if (now >= nextSample) {
          nextSample += plan.sampleMs() * 1_000_000;
          tell("sample");
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private long records() {
    return lanes.stream().mapToLong(Lane::records).sum();
  }

  private void tell(String event) throws IOException {
    allocated.update();
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    Latencies latencies = new Latencies(lanes);
    report.write(
        ("{\"event\":\"%s\",\"nanos\":%d,\"epoch_ms\":%d,\"records\":%d,\"fields\":%d,\"cpu_nanos\":%d,\"allocated\":%d,\"heap_used\":%d,"
                + "\"heap_after_gc\":%d,\"heap_after_full_gc\":%d,\"collections\":%d,\"measured\":%d,\"p50\":%d,\"p90\":%d,\"p99\":%d,\"p999\":%d,\"max\":%d}\n")
            .formatted(
                event,
                System.nanoTime(),
                System.currentTimeMillis(),
                records(),
                lanes.stream().mapToLong(Lane::fields).sum(),
                system.getProcessCpuTime(),
                allocated.total(),
                heap.getUsed(),
                heapAfterCollection.bytes(),
                heapAfterCollection.fullBytes(),
                collections(),
                latencies.measured(),
                latencies.quantile(0.5),
                latencies.quantile(0.9),
                latencies.quantile(0.99),
                latencies.quantile(0.999),
                latencies.quantile(1)));
    report.flush();
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(collector -> Math.max(0, collector.getCollectionCount()))
        .sum();
  }
}
