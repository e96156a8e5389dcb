package io.decisionstore.operators.variables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.kafka.KafkaRows;
import io.decisionstore.operators.variables.EntityVariablesTest.Plans;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.types.Row;

/**
 * A load to profile the job under, on a cluster within the process: events made in memory, items
 * thrown away. No test; run by hand with {@code BACKEND KEYS DECISIONS PARALLELISM}.
 */
final class Load {
  private static final long DAY = 86_400_000;
  private static final byte[] ID = "d0000000000".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CUSTOMER = "c0000000000".getBytes(StandardCharsets.US_ASCII);

  private Load() {}

  public static void main(String[] arguments) throws Exception {
    String backend = arguments[0];
    long keys = Long.parseLong(arguments[1]);
    long decisions = Long.parseLong(arguments[2]);
    int parallelism = Integer.parseInt(arguments[3]);
    String plan = plan();
    for (int run = 0; run < 2; run++) { // the first one warms up
      long of = run == 0 ? decisions / 4 : decisions;
      Configuration configuration = new Configuration();
      configuration.setString("state.backend.type", backend);
      configuration.setString("state.backend.rocksdb.memory.managed", "true");
      configuration.setString("taskmanager.memory.managed.size", "1g");
      configuration.setString("pipeline.object-reuse", System.getProperty("reuse", "false"));
      configuration.setString("rest.port", "0");
      StreamExecutionEnvironment env =
          StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
      DataStream<Row> records =
          env.fromSequence(1, of).map(new Events(keys, of)).returns(KafkaRows.IN);
      Variables.entities(Variables.decisions(Variables.contributions(records, plan), plan), plan)
          .sinkTo(new DiscardingSink<>());
      long before = processor();
      long ms = env.execute().getNetRuntime();
      double micros = (processor() - before) / 1e3 / of;
      System.out.printf(
          "%s, %d keys: %d decisions in %d ms, %d/s, %.1f us of processor a decision%n",
          backend, keys, of, ms, of * 1_000 / ms, micros);
    }
  }

  /** What the process has used: all that says something on a machine that is not quiet. */
  private static long processor() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Ten variables under one key, six conditions, windows of 30 hops. */
  static String plan() throws Exception {
    List<ObjectNode> variables = new ArrayList<>();
    String[] conditions = {
      "amount > 10.0",
      "amount >= 100.0 && amount < 500.0",
      "reason == 'late'",
      "reason != null && amount < 50.0",
      "amount < 900.0 || reason == 'x'",
      "amount > 250.0"
    };
    for (int at = 0; at < 10; at++) {
      ObjectNode variable =
          at == 8
              ? Plans.of("v8", "last", null, "decision_id", "string")
              : at % 2 == 0
                  ? Plans.count("v" + at, 0, 0)
                  : Plans.of("v" + at, at == 9 ? "max" : "sum", null, "amount", "double");
      variable.put("window_ms", 30 * DAY).put("hop_ms", DAY);
      if (at < conditions.length) {
        variable.put("where", conditions[at]);
      }
      variables.add(variable);
    }
    return Plans.of(variables.toArray(ObjectNode[]::new));
  }

  /** Kafka's rows: one event with another decision, customer and time each. */
  private static final class Events implements MapFunction<Long, Row> {
    private static final long serialVersionUID = 1L;
    private final long keys;
    private final long of;
    private final long begin = System.currentTimeMillis() - 29 * DAY;
    private transient byte[][] templates;
    private transient int id;
    private transient int customer;
    private transient int[] times;

    Events(long keys, long of) {
      this.keys = keys;
      this.of = of;
    }

    @Override
    public Row map(Long number) {
      if (templates == null) {
        open();
      }
      int which = (int) (number % templates.length);
      byte[] event = templates[which].clone();
      digits(event, id + 1, number);
      digits(event, customer + 1, number * 2_654_435_761L % keys);
      long time = begin + (long) ((double) number / of * 29 * DAY);
      long zigzag = time << 1;
      for (int at = 0; at < 6; at++) {
        event[times[which] + at] = (byte) (zigzag & 0x7F | (at < 5 ? 0x80 : 0));
        zigzag >>>= 7;
      }
      return Row.of(null, event, time, "decision-events", 0, number);
    }

    private void open() {
      templates = new byte[1_000][];
      times = new int[templates.length];
      for (int at = 0; at < templates.length; at++) {
        String reason = at % 3 == 0 ? "late" : at % 3 == 1 ? null : "other";
        double amount = (at * 37 % 100_000) / 100.0 + at;
        templates[at] = Plans.event(new String(ID), 1, new String(CUSTOMER), begin, amount, reason);
        id = find(templates[at], ID);
        customer = find(templates[at], CUSTOMER);
        times[at] = customer + CUSTOMER.length; // event_time follows customer_id
      }
    }

    private static int find(byte[] in, byte[] what) {
      for (int at = 0; ; at++) {
        if (java.util.Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
          return at;
        }
      }
    }

    private static void digits(byte[] event, int from, long number) {
      long left = number;
      for (int at = from + 9; at >= from; at--) {
        event[at] = (byte) ('0' + left % 10);
        left /= 10;
      }
    }
  }
}
