package io.decisionstore.operators;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the tests of both languages read. */
public final class Vectors {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of("..", "..");

  private Vectors() {}

  /** The entries of {@code tests/vectors/NAME.json}. */
  public static Stream<JsonNode> read(String name) {
    return StreamSupport.stream(json("tests/vectors/" + name + ".json").spliterator(), false);
  }

  /** The whole of {@code tests/vectors/NAME.json}. */
  public static JsonNode document(String name) {
    return json("tests/vectors/" + name + ".json");
  }

  /** The whole of {@code tests/plans/NAME.json}, as text. */
  public static String plan(String name) {
    return json("tests/plans/" + name + ".json").toString();
  }

  /** A schema this release ships, by its file's name without ending. */
  public static JsonNode schema(String file) {
    return json("schemas/" + file + ".avsc");
  }

  /**
   * A plan of the job decision_events with the shipped schemas, and a registry nobody answers for.
   */
  public static String decisionEventsPlan() {
    ObjectNode plan = JSON.createObjectNode().put("version", 1).put("kind", "decision_events");
    plan.put("registry_url", "http://127.0.0.1:9");
    ArrayNode parts = plan.putArray("part_schemas");
    for (String subject :
        List.of("decision-request", "check-credit", "check-fraud", "decision-outcome")) {
      parts.add(registered(subject, subject, parts.size() + 2));
    }
    plan.set("event_schema", registered("decision-events-value", "decision-event", 1));
    plan.put("incomplete_after_ms", 1_000).put("retention_ms", 100_000);
    return plan.put("history_window_ms", 10_000).toString();
  }

  private static ObjectNode registered(String subject, String file, int id) {
    ObjectNode schema =
        JSON.createObjectNode().put("subject", subject).put("version", 1).put("id", id);
    return schema.set("schema", schema(file));
  }

  private static JsonNode json(String file) {
    try {
      return JSON.readTree(ROOT.resolve(file).toFile());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
