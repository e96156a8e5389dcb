package io.decisionstore.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What a contender is asked to do: {@code key=value} arguments of its main class. */
public final class Arguments {
  private static final String FLINK = "flink.";

  private final Map<String, String> arguments;

  public Arguments(String... arguments) {
    this.arguments =
        Arrays.stream(arguments)
            .map(argument -> argument.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  public String text(String key) {
    String value = arguments.get(key);
    if (value == null) {
      throw new IllegalArgumentException("The argument %s=... is missing.".formatted(key));
    }
    return value;
  }

  public int number(String key) {
    return Integer.parseInt(text(key));
  }

  /** Flink's own settings, given as {@code flink.<name>=...}: the same for every contender. */
  public Map<String, String> flinkOptions() {
    return arguments.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(FLINK))
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().substring(FLINK.length()), Map.Entry::getValue));
  }

  public boolean flag(String key) {
    return Boolean.parseBoolean(text(key));
  }

  public Meter.Plan plan() {
    return new Meter.Plan(
        text("report"),
        number("warm_up_ms"),
        number("window_ms"),
        Long.parseLong(text("milestone")),
        number("sample_ms"),
        Long.parseLong(arguments.getOrDefault("warm_up_records", "0")),
        Long.parseLong(arguments.getOrDefault("window_records", "0")));
  }
}
