package io.decisionstore.operators.variables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decisionstore.operators.plan.VariablesPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Runs the variables job over histories of events, without Flink's runtime: a line of JSON in, a
 * line out, until the input ends.
 *
 * <p>In: {@code {"plan": {…}, "steps": [{"at": ms, "events": ["base64 of the Kafka value", …],
 * "plan": {…}?, "restart": true?}, …]}}. Out: {@code {"steps": [{"items": {"USE_CASE": {"ENTITY":
 * {"attribute": value}}}, "written": n, "dead_letters": n}, …]}}, or {@code {"error": "sentence"}}.
 * In each step first the plan is changed, then all state is written and read back, then the clock
 * is moved, then events arrive.
 */
public final class LocalRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LocalRun() {}

  /**
   * Begins.
   *
   * @param arguments {@code heap} (the default) or {@code bytes}: every access to state goes
   *     through the serializers, as on RocksDB
   */
  public static void main(String[] arguments) throws IOException {
    boolean isBytes = arguments.length > 0 && arguments[0].equals("bytes");
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // what others print is no answer
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(answer(line, isBytes));
    }
  }

  /** The answer to a line. */
  static String answer(String line, boolean isBytes) {
    try {
      return run(JSON.readTree(line), isBytes).toString();
    } catch (JsonProcessingException | RuntimeException failed) {
      String sentence = failed.getMessage() == null ? failed.toString() : failed.getMessage();
      return JSON.createObjectNode().put("error", sentence).toString();
    }
  }

  private static ObjectNode run(JsonNode history, boolean isBytes) {
    LocalJob job = new LocalJob(isBytes);
    job.use(VariablesPlan.read(history.get("plan").toString()));
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode steps = answer.putArray("steps");
    for (JsonNode step : history.get("steps")) {
      if (step.hasNonNull("plan")) {
        job.use(VariablesPlan.read(step.get("plan").toString()));
      }
      if (step.path("restart").asBoolean()) {
        job.restart();
      }
      job.at(step.get("at").asLong());
      for (JsonNode event : step.path("events")) {
        job.arrives(Base64.getDecoder().decode(event.asText()));
      }
      ObjectNode result = steps.addObject();
      result.set("items", items(job.table()));
      result.put("written", job.written()).put("dead_letters", job.deadLetters());
    }
    return answer;
  }

  private static ObjectNode items(Map<String, Map<String, JsonNode>> table) {
    ObjectNode useCases = JSON.createObjectNode();
    table.forEach(
        (useCase, entities) -> {
          ObjectNode items = useCases.putObject(useCase);
          entities.forEach((entity, item) -> items.set(entity, attributes(item)));
        });
    return useCases;
  }

  /** The attributes of an item, but for key, version and time, as plain values. */
  static ObjectNode attributes(JsonNode item) {
    ObjectNode attributes = JSON.createObjectNode();
    item.fields().forEachRemaining(one -> attributes.set(one.getKey(), plain(one.getValue())));
    return attributes.without(java.util.List.of("entity", "use_case", "version", "as_of"));
  }

  private static JsonNode plain(JsonNode value) {
    String type = value.fieldNames().next();
    JsonNode content = value.get(type);
    return switch (type) {
      case "N" -> number(content.asText());
      case "NULL" -> JSON.nullNode();
      case "L" -> {
        ArrayNode list = JSON.createArrayNode();
        content.forEach(one -> list.add(plain(one)));
        yield list;
      }
      default -> content;
    };
  }

  private static JsonNode number(String text) {
    boolean isWhole = text.chars().allMatch(one -> one == '-' || Character.isDigit(one));
    return isWhole
        ? JSON.getNodeFactory().numberNode(Long.parseLong(text))
        : JSON.getNodeFactory().numberNode(Double.parseDouble(text));
  }
}
