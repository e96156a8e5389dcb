package io.decisionstore.dynamodb.sink.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.Limits;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Remembers what it is asked, and answers what it is told to. */
final class TableServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

  /** A request as it came. */
  record Asked(String operation, JsonNode body) {}

  final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile int status = 200;
  private volatile String answer = "{}";

  /** Answers wait for it. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  TableServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (InputStream body = exchange.getRequestBody()) {
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      asked.add(new Asked(target, JSON.readTree(body)));
      gate.await();
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  void answer(String json) {
    answer(200, json);
  }

  void answer(int withStatus, String body) {
    status = withStatus;
    answer = body;
  }

  void refuse(int withStatus, String code) {
    answer(
        withStatus,
        "{\"__type\":\"com.amazonaws.dynamodb.v20120810#%s\",\"message\":\"why.\"}"
            .formatted(code));
  }

  /** The last request. */
  Asked last() {
    return asked.get(asked.size() - 1);
  }

  AwsTableClient client(WriteMode mode) {
    return client(mode, CREDENTIALS, Duration.ofSeconds(15));
  }

  AwsTableClient client(WriteMode mode, AwsCredentialsProvider credentials, Duration timeout) {
    return new AwsTableClient(config(mode, port()), credentials, timeout);
  }

  /** The table {@code t "ü"} with a number as partition key and a string as sort key. */
  static SinkConfig config(WriteMode mode, int port) {
    return new SinkConfig(
        "t \"ü\"",
        "eu-west-1",
        "http://127.0.0.1:" + port,
        List.of(
            new SinkField("k", "k\n\"ä", Scalar.LONG, Role.PARTITION_KEY),
            new SinkField("s", "s", Scalar.STRING, Role.SORT_KEY),
            new SinkField("version", "v\\", Scalar.LONG, Role.ATTRIBUTE)),
        mode,
        RowRules.DEFAULT,
        Capacity.auto(Capacity.DEFAULT_SHARE),
        new Limits(4, 25, 5, 100, 64L << 20),
        false);
  }

  @Override
  public void close() {
    gate.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
