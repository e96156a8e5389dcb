package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The script over HTTP: POST /_control/NAME with JSON, answered with JSON; the Python package is
 * its client.
 */
final class ControlEndpoint implements Endpoint {
  /** Does what a line of the script says; its result becomes JSON. */
  interface Command {
    Object run(JsonNode arguments);
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "/_control/";

  private final ScriptedStreams streams;
  private final Map<String, Command> commands = new LinkedHashMap<>();

  /**
   * @param more commands, which are not of streams
   */
  ControlEndpoint(ScriptedStreams streams, Map<String, Command> more) {
    this.streams = streams;
    commands.putAll(more);
    commandsOfServer();
    commandsOfFaults("", Operation::isOfReaders);
    commandsOfFaults("tables/", Operation::isOfTables);
    does("heal", asked -> streams.faults().heal());
    commandsOfTables();
    commandsOfShards();
  }

  @Override
  public Answer answer(Request request, Bytes out) {
    int status = 200;
    Object result;
    try {
      Command command = commands.get(request.path().substring(PREFIX.length()));
      if (command == null) {
        throw new IllegalArgumentException("There is no control " + request.path() + ".");
      }
      result = command.run(JSON.readTree(request.body()));
    } catch (IOException | RuntimeException refused) {
      status = 400;
      String message = refused.getMessage();
      result = Map.of("error", message == null ? refused.getClass().getName() : message);
    }
    out.utf8(JSON.valueToTree(result).toString());
    return new Answer(status, "application/json", null, request.arrivedAt());
  }

  private void commandsOfServer() {
    does("advance", asked -> streams.clock().advance(seconds(asked, "seconds")));
    does("freeze", asked -> streams.clock().freeze());
    does("resume", asked -> streams.clock().resume());
    does("reset_report", asked -> streams.resetReport());
    does(
        "describes_per_second",
        asked -> streams.describesPerSecond(needed(asked, "limit").intValue()));
    does("one_job_reads", asked -> streams.oneJobReads(needed(asked, "one").booleanValue()));
    commands.put("now", asked -> Map.of("millis", streams.clock().millis()));
    commands.put("report", asked -> streams.report());
  }

  /**
   * @param prefix of the commands' names
   * @param among the operations they know
   */
  private void commandsOfFaults(String prefix, Predicate<Operation> among) {
    does(
        prefix + "fail",
        asked -> {
          Operation operation = operation(text(asked, "operation"), among);
          FaultKind kind = FaultKind.named(text(asked, "fault"));
          if (!kind.fits(operation)) {
            throw new IllegalArgumentException(
                "The fault \""
                    + text(asked, "fault")
                    + "\" does not befall "
                    + operation.wireName()
                    + ".");
          }
          String about = asked.path("about").textValue();
          if (asked.hasNonNull("probability")) {
            double probability = asked.get("probability").doubleValue();
            streams
                .faults()
                .failSometimes(operation, about, kind, probability, asked.path("seed").longValue());
          } else {
            int times = needed(asked, "times").intValue();
            streams.faults().fail(operation, about, kind, asked.path("skip").intValue(), times);
          }
        });
    does(
        prefix + "delay",
        asked -> {
          String operation = asked.path("operation").textValue();
          Duration latency =
              Duration.ofNanos((long) (needed(asked, "milliseconds").doubleValue() * 1e6));
          streams
              .faults()
              .delay(
                  operation == null ? null : operation(operation, among),
                  asked.path("about").textValue(),
                  latency);
        });
  }

  private static Operation operation(String name, Predicate<Operation> among) {
    Operation named = Operation.named(name);
    if (!among.test(named)) {
      throw new IllegalArgumentException(
          "There is no operation \"" + name + "\" that this script directs.");
    }
    return named;
  }

  private void commandsOfTables() {
    commands.put(
        "create_table",
        asked -> {
          List<String> keys = new ArrayList<>();
          asked.path("keys").forEach(key -> keys.add(key.textValue()));
          ViewType view = ViewType.valueOf(text(asked, "view_type"));
          return arn(
              streams.createTable(
                  text(asked, "table"), needed(asked, "shards").intValue(), keys, view));
        });
    commands.put(
        "generate",
        asked ->
            arn(
                streams.generate(
                    text(asked, "table"),
                    needed(asked, "shards").intValue(),
                    needed(asked, "records_per_shard").intValue(),
                    needed(asked, "record_bytes").intValue(),
                    needed(asked, "attributes").intValue(),
                    needed(asked, "closed").booleanValue())));
    commands.put(
        "live",
        asked ->
            arn(
                streams.live(
                    text(asked, "table"),
                    needed(asked, "shards").intValue(),
                    needed(asked, "records_per_second").doubleValue(),
                    needed(asked, "seconds").doubleValue(),
                    needed(asked, "record_bytes").intValue(),
                    needed(asked, "attributes").intValue())));
    commands.put("stream", asked -> arn(table(asked)));
    does("disable", asked -> table(asked).disable());
    commands.put("enable", asked -> Map.of("stream_arn", table(asked).enable()));
    does(
        "page_limits",
        asked ->
            table(asked)
                .pageLimits(
                    needed(asked, "records").intValue(), needed(asked, "bytes").intValue()));
    commands.put("put", asked -> change(asked, table(asked)::put));
    commands.put(
        "remove",
        asked -> {
          boolean expired = needed(asked, "expired").booleanValue();
          return change(asked, (key, shard) -> table(asked).remove(key, shard, expired));
        });
  }

  private void commandsOfShards() {
    commands.put("shards", asked -> Map.of("shards", table(asked).shards()));
    commands.put(
        "split",
        asked ->
            Map.of(
                "children",
                table(asked)
                    .split(
                        shard(asked),
                        seconds(asked, "listed_after"),
                        seconds(asked, "children_after"))));
    commands.put(
        "roll_over",
        asked ->
            Map.of(
                "children",
                List.of(
                    table(asked)
                        .rollOver(
                            shard(asked),
                            seconds(asked, "listed_after"),
                            seconds(asked, "children_after")))));
    does("close", asked -> table(asked).close(shard(asked)));
    does("open", asked -> table(asked).openShard(shard(asked), asked.path("parent").textValue()));
    does("trim", asked -> table(asked).trim(shard(asked), needed(asked, "keep").intValue()));
  }

  private interface Script {
    void run(JsonNode arguments);
  }

  private void does(String name, Script script) {
    commands.put(
        name,
        asked -> {
          script.run(asked);
          return Map.of();
        });
  }

  private interface Write {
    String write(ObjectNode item, String shardId);
  }

  private static Map<String, Object> change(JsonNode asked, Write write) {
    List<String> numbers = new ArrayList<>();
    for (JsonNode item : needed(asked, "items")) {
      numbers.add(write.write((ObjectNode) item, asked.path("shard").textValue()));
    }
    return Map.of("sequence_numbers", numbers);
  }

  private StreamedTable table(JsonNode asked) {
    return streams.table(text(asked, "table"));
  }

  private static Map<String, Object> arn(StreamedTable table) {
    return Map.of("stream_arn", table.streamArn());
  }

  private static String shard(JsonNode asked) {
    return text(asked, "shard");
  }

  private static Duration seconds(JsonNode asked, String name) {
    return Duration.ofMillis(Math.round(needed(asked, name).doubleValue() * 1_000));
  }

  static String text(JsonNode asked, String name) {
    return needed(asked, name).textValue();
  }

  static JsonNode needed(JsonNode asked, String name) {
    if (!asked.hasNonNull(name)) {
      throw new IllegalArgumentException("The argument " + name + " is missing.");
    }
    return asked.get(name);
  }
}
