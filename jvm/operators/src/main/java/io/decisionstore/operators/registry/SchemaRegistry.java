package io.decisionstore.operators.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Reads from a schema registry that speaks Confluent's REST API. What is registered never changes,
 * so callers keep what they got.
 */
public final class SchemaRegistry {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String url;
  private HttpClient client;

  /**
   * A registry.
   *
   * @param url without a slash at the end; nothing is asked before the first schema is
   */
  public SchemaRegistry(String url) {
    this.url = url;
  }

  /** The schema with a global id; empty when there is none. */
  public Optional<Schema> byId(int id) {
    return get("/schemas/ids/" + id);
  }

  /** A version of a subject; empty when there is none. */
  public Optional<Schema> version(String subject, int version) {
    String encoded = URLEncoder.encode(subject, StandardCharsets.UTF_8);
    return get("/subjects/%s/versions/%d".formatted(encoded, version));
  }

  private Optional<Schema> get(String path) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE).build();
    try {
      if (client == null) {
        client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
      }
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 404) {
        return Optional.empty();
      }
      if (answer.statusCode() != 200) {
        throw new RegistryUnavailableException(url, "it answered " + answer.statusCode(), null);
      }
      JsonNode body = JSON.readTree(answer.body());
      return Optional.of(new Schema.Parser().parse(body.path("schema").asText()));
    } catch (IOException broken) {
      throw new RegistryUnavailableException(url, broken.toString(), broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException(url, "the task was cancelled", interrupted);
    }
  }
}
