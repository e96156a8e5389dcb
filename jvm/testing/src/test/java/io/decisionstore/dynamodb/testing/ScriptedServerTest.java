package io.decisionstore.dynamodb.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The wire, as seen by a client that knows nothing of AWS. */
@Timeout(60)
class ScriptedServerTest {
  private final ScriptedStreams streams = new ScriptedStreams();
  private final StreamedTable table = streams.createTable("orders", 1);
  private final String shard = table.shards().get(0).shardId();
  private final HttpClient client = HttpClient.newHttpClient();
  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedServer.start(streams, 0);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private HttpResponse<byte[]> post(String path, String target, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .version(HttpClient.Version.HTTP_1_1)
            .header("X-Amz-Target", target)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> getRecords() throws IOException, InterruptedException {
    String iterator = Reads.iterator(streams, table, shard, "TRIM_HORIZON");
    return post(
        "/", "DynamoDBStreams_20120810.GetRecords", "{\"ShardIterator\":\"" + iterator + "\"}");
  }

  @Test
  void anAnswerHasTheHeadersByWhichClientsCheckIt() throws Exception {
    table.put(Map.of("id", "ä"));
    HttpResponse<byte[]> answer = getRecords();
    CRC32 crc = new CRC32();
    crc.update(answer.body());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-amz-crc32")).hasValue("" + crc.getValue());
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-amz-json-1.0");
    assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(answer.body().length);
    assertThat(Reads.json(answer.body()).path("Records")).hasSize(1);
  }

  @Test
  void anErrorIsNamedAsAwsNamesIt() throws Exception {
    streams.faults().fail(Operation.GET_RECORDS, FaultKind.EXPIRED_ITERATOR, 1);
    streams.faults().fail(Operation.GET_RECORDS, FaultKind.INTERNAL_ERROR, 1);
    HttpResponse<byte[]> expired = getRecords();
    assertThat(expired.statusCode()).isEqualTo(400);
    JsonNode body = Reads.json(expired.body());
    assertThat(body.path("__type").textValue())
        .isEqualTo("com.amazonaws.dynamodb.v20120810#ExpiredIteratorException");
    assertThat(body.path("message").textValue()).isNotBlank();
    assertThat(getRecords().statusCode()).isEqualTo(500);
    HttpResponse<byte[]> unknown = post("/", "DynamoDBStreams_20120810.Guess", "{}");
    assertThat(Reads.json(unknown.body()).path("__type").textValue())
        .endsWith("#UnknownOperationException");
    HttpResponse<byte[]> malformed = post("/", "DynamoDBStreams_20120810.ListStreams", "{");
    assertThat(Reads.json(malformed.body()).path("__type").textValue())
        .endsWith("#SerializationException");
  }

  @Test
  void aConnectionIsCutBeforeOrWithinTheBody() throws Exception {
    table.put(Map.of("id", "1"));
    for (FaultKind kind : new FaultKind[] {FaultKind.CUT_BEFORE, FaultKind.CUT_IN_BODY}) {
      streams.faults().fail(Operation.GET_RECORDS, kind, 1);
      String iterator = Reads.iterator(streams, table, shard, "TRIM_HORIZON");
      String got =
          raw("DynamoDBStreams_20120810.GetRecords", "{\"ShardIterator\":\"" + iterator + "\"}");
      if (kind == FaultKind.CUT_BEFORE) {
        assertThat(got).isEmpty();
      } else {
        assertThat(got).contains("\r\n\r\n{\"NextShardIterator\"").doesNotContain("eventVersion");
      }
    }
    assertThat(streams.report().records()).as("nothing was delivered").isZero();
    assertThat(getRecords().statusCode()).isEqualTo(200);
  }

  /** What arrives until the connection ends, however it ends. */
  private String raw(String target, String body) throws IOException {
    StringBuilder got = new StringBuilder();
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String request =
          "POST / HTTP/1.1\r\nX-Amz-Target: %s\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(target, body.length(), body);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] buffer = new byte[4_096];
      for (int read; (read = socket.getInputStream().read(buffer)) >= 0; ) {
        got.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
      }
    } catch (SocketException reset) {
      return got.toString();
    }
    throw new AssertionError("The connection ended properly after: " + got);
  }

  @Test
  void garbageHasTheLengthAndTheChecksumOfAnAnswer() throws Exception {
    table.put(Map.of("id", "1"));
    int length = getRecords().body().length;
    streams.faults().fail(Operation.GET_RECORDS, FaultKind.GARBAGE, 1);
    HttpResponse<byte[]> garbage = getRecords();
    assertThat(new String(garbage.body(), StandardCharsets.US_ASCII)).matches("\\?+");
    assertThat(garbage.body().length).isBetween(length - 8, length + 8);
  }

  @Test
  void aPageIsCutHalfWayThroughItsDelay() throws Exception {
    Duration delay = Duration.ofSeconds(2);
    streams.faults().delay(Operation.GET_RECORDS, null, delay);
    String iterator = Reads.iterator(streams, table, shard, "TRIM_HORIZON");
    byte[] body = ("{\"ShardIterator\":\"" + iterator + "\"}").getBytes(StandardCharsets.US_ASCII);
    long arrived = System.nanoTime();
    Thread writer = new Thread(() -> table.put(Map.of("id", "after the request")));
    writer.start();
    Bytes out = new Bytes(0);
    Request request = new Request("/", "DynamoDBStreams_20120810.GetRecords", body, arrived, true);
    Answer answer = new StreamsEndpoint(streams).answer(request, out);
    long cut = System.nanoTime();
    writer.join();
    assertThat(Reads.json(out.copy()).path("Records")).hasSize(1);
    assertThat(cut - arrived).isGreaterThanOrEqualTo(delay.toNanos() / 2);
    assertThat(answer.sendAt() - arrived).isEqualTo(delay.toNanos());
  }

  @Test
  void anAnswerDoesNotLeaveBeforeItsDelay() throws Exception {
    streams.faults().delay(null, null, Duration.ofMillis(50));
    long begin = System.nanoTime();
    getRecords();
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(50_000_000L);
  }

  @Test
  void theScriptRefusesInSentences() throws Exception {
    HttpResponse<byte[]> answer = post("/_control/split", "", "{\"table\":\"nope\"}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Reads.json(answer.body()).path("error").textValue())
        .contains("There is no table nope");
    assertThat(new String(post("/_control/guess", "", "{}").body()))
        .contains("There is no control");
    assertThat(new String(post("/_control/trim", "", "{\"table\":\"orders\"}").body()))
        .contains("shard is missing");
  }

  @Test
  void aClosedServerAnswersNoMore() throws Exception {
    assertThat(getRecords().statusCode()).isEqualTo(200);
    server.close();
    assertThatThrownBy(this::getRecords).isInstanceOf(IOException.class);
  }
}
