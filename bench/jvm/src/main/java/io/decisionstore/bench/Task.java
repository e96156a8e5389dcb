package io.decisionstore.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a contender is asked to do: {@code key=value} arguments of its main class. */
final class Task {
  /** How an attribute is read. */
  enum Type {
    STRING,
    LONG,
    DOUBLE,
    BOOLEAN,
    BYTES
  }

  /**
   * An attribute that every contender reads: nine of the record's twelve, the others are passed
   * over. The same as FIELDS in bench/ours.py.
   */
  record Field(String name, Type type) {}

  static final List<Field> FIELDS =
      List.of(
          new Field("id", Type.STRING),
          new Field("shard", Type.STRING),
          new Field("n", Type.LONG),
          new Field("written_at", Type.LONG),
          new Field("customer_id", Type.STRING),
          new Field("amount", Type.DOUBLE),
          new Field("active", Type.BOOLEAN),
          new Field("digest", Type.BYTES),
          new Field("payload", Type.STRING));

  /** The place of the time of writing (epoch microseconds). */
  static final int WRITTEN_AT = 3;

  private static final String FLINK = "flink.";

  private final Map<String, String> arguments;

  Task(String[] arguments) {
    this.arguments =
        Arrays.stream(arguments)
            .map(argument -> argument.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  String text(String key) {
    String value = arguments.get(key);
    if (value == null) {
      throw new IllegalArgumentException("The argument %s=... is missing.".formatted(key));
    }
    return value;
  }

  int number(String key) {
    return Integer.parseInt(text(key));
  }

  /** Flink's own settings, given as {@code flink.<name>=...}: the same for every contender. */
  Map<String, String> flinkOptions() {
    return arguments.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(FLINK))
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().substring(FLINK.length()), Map.Entry::getValue));
  }

  boolean measuresLatency() {
    return Boolean.parseBoolean(text("latency"));
  }

  Meter.Plan plan() {
    return new Meter.Plan(
        text("report"),
        number("warm_up_ms"),
        number("window_ms"),
        Long.parseLong(text("milestone")));
  }
}
