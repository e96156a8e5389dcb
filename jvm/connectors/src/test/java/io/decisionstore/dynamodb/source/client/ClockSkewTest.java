package io.decisionstore.dynamodb.source.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decisionstore.dynamodb.source.Configs;
import io.decisionstore.dynamodb.source.client.StreamsException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** This machine's clock is an hour behind DynamoDB's, which refuses signatures of another time. */
@Timeout(60)
class ClockSkewTest {
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final List<Instant> signedAt = Collections.synchronizedList(new ArrayList<>());

  @ParameterizedTest
  @ValueSource(strings = {"RequestTimeTooSkewed", "InvalidSignatureException"})
  void theNextRequestIsSignedByTheServersClock(String code) throws Exception {
    Duration ahead = Duration.ofHours(1);
    try (ServerSocket server = refusing(code, Instant.now().plus(ahead));
        AwsStreamsClient client = client(server)) {
      assertThat(kind(client)).isEqualTo(Kind.TRANSIENT);
      kind(client);
    }
    assertThat(Duration.between(signedAt.get(0), signedAt.get(1)))
        .isBetween(ahead.minusSeconds(30), ahead.plusSeconds(30));
  }

  @Test
  void aWrongSignatureAtTheRightTimeIsNoMatterOfClocks() throws Exception {
    try (ServerSocket server = refusing("InvalidSignatureException", Instant.now());
        AwsStreamsClient client = client(server)) {
      assertThat(kind(client)).isEqualTo(Kind.FATAL);
    }
  }

  private static AwsStreamsClient client(ServerSocket server) {
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
    return new AwsStreamsClient(Configs.at("http://127.0.0.1:" + server.getLocalPort()));
  }

  private static Kind kind(AwsStreamsClient client) {
    CompletionException failure =
        catchThrowableOfType(CompletionException.class, () -> client.read("iterator").join());
    return ((StreamsException) failure.getCause()).kind();
  }

  /** A server of two answers; the JDK's own would set its own date. */
  private ServerSocket refusing(String code, Instant serverTime) throws IOException {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    String body =
        "{\"__type\":\"com.amazon.coral.service#%s\",\"message\":\"refused\"}".formatted(code);
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.ofInstant(serverTime, ZoneOffset.UTC));
    String answer =
        "HTTP/1.1 403 Forbidden\r\nDate: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(date, body.length(), body);
    Thread serving =
        new Thread(
            () -> {
              try {
                while (true) {
                  serve(server.accept(), answer);
                }
              } catch (IOException closed) {
                // the test is over
              }
            });
    serving.setDaemon(true);
    serving.start();
    return server;
  }

  private void serve(Socket connection, String answer) throws IOException {
    try (connection) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
      int length = 0;
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        String[] header = line.split(": ", 2);
        if (header[0].equalsIgnoreCase("X-Amz-Date")) {
          signedAt.add(AMZ_DATE.parse(header[1], Instant::from));
        } else if (header[0].equalsIgnoreCase("Content-Length")) {
          length = Integer.parseInt(header[1]);
        }
      }
      in.skip(length);
      connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
