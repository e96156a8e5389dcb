package io.decisionstore.dynamodb.sink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Put;
import io.decisionstore.dynamodb.sink.item.KeyValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Requests that hang, and threads that end. */
@Timeout(60)
class OpenRequestsTest {
  private static final Duration LONG = Duration.ofSeconds(50);

  private TableServer server;

  @BeforeEach
  void serve() throws IOException {
    server = new TableServer();
    server.answer("{\"UnprocessedItems\":{}}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static ItemWrite put(int bytes) {
    ItemKey key = new ItemKey(new KeyValue('N', "1"), new KeyValue('S', "a"));
    String item = "{\"x\":{\"S\":\"" + "x".repeat(bytes) + "\"}}";
    return new Put(key, 1, bytes, item.getBytes(StandardCharsets.US_ASCII));
  }

  private static Refusal refusal(CompletableFuture<?> asked) {
    Throwable failure = catchThrowable(() -> asked.get(20, TimeUnit.SECONDS));
    assertThat(failure).hasCauseInstanceOf(WriteFailure.class);
    return ((WriteFailure) failure.getCause()).refusal();
  }

  private static void awaitWhateverHappens(CountDownLatch gate) {
    while (true) {
      try {
        gate.await();
        return;
      } catch (InterruptedException ignored) {
        // goes on
      }
    }
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("dynamodb-sink-t"))
        .toList();
  }

  @Test
  void anAnswerIsToldInAThreadOfTheClient() {
    try (AwsTableClient client = server.client(WriteMode.put())) {
      server.gate = new CountDownLatch(1);
      CompletableFuture<Thread> told =
          client.write(List.of(put(1))).thenApply(answer -> Thread.currentThread());
      server.gate.countDown();
      Thread thread = told.join();
      assertThat(thread.getName()).startsWith("dynamodb-sink-t \"ü\"-");
      assertThat(thread.isDaemon()).isTrue();
    }
  }

  @Test
  void closingEndsOpenRequestsAndThreads() throws InterruptedException {
    AwsTableClient client = server.client(WriteMode.put(), TableServer.CREDENTIALS, LONG);
    server.gate = new CountDownLatch(1);
    List<CompletableFuture<?>> open = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      open.add(client.write(List.of(put(1))));
    }
    while (server.asked.size() < 4) {
      Thread.sleep(5);
    }
    assertThat(threads()).hasSizeGreaterThanOrEqualTo(4);
    client.close();
    assertThat(open)
        .allSatisfy(
            asked -> {
              assertThat(asked).isDone();
              assertThat(refusal(asked))
                  .extracting("kind", "reason")
                  .containsExactly(Kind.UNAVAILABLE, "the sink is closed");
            });
    for (Thread thread : threads()) {
      thread.join();
    }
    assertThat(refusal(client.write(List.of(put(1)))).reason()).isEqualTo("the sink is closed");
    assertThat(refusal(client.describe()).reason()).isEqualTo("the sink is closed");
  }

  @Test
  void anInterruptedTaskClosesAllTheSame() throws InterruptedException {
    AwsTableClient client = server.client(WriteMode.put(), TableServer.CREDENTIALS, LONG);
    server.gate = new CountDownLatch(1);
    CompletableFuture<?> asked = client.write(List.of(put(1)));
    Thread.currentThread().interrupt();
    client.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(refusal(asked).reason()).isEqualTo("the sink is closed");
    for (Thread thread : threads()) {
      thread.join();
    }
  }

  @Test
  void whatCannotBeInterruptedIsNotWaitedForLong() {
    CountDownLatch gate = new CountDownLatch(1);
    AwsCredentialsProvider hanging =
        () -> {
          awaitWhateverHappens(gate);
          throw SdkClientException.create("late");
        };
    AwsTableClient client = server.client(WriteMode.put(), hanging, LONG);
    CompletableFuture<?> asked = client.write(List.of(put(1)));
    client.close();
    boolean isDone = asked.isDone();
    gate.countDown();
    assertThat(isDone).isTrue();
    assertThat(refusal(asked).reason()).isEqualTo("the sink is closed");
  }

  @Test
  void anAnswerThatDoesNotComeIsGivenUp() {
    try (AwsTableClient client =
        server.client(WriteMode.put(), TableServer.CREDENTIALS, Duration.ofSeconds(1))) {
      server.gate = new CountDownLatch(1);
      assertThat(refusal(client.write(List.of(put(1)))).kind()).isEqualTo(Kind.UNAVAILABLE);
      server.gate.countDown();
      assertThat(client.write(List.of(put(1))).join().unprocessed()).isEmpty();
    }
  }

  /** A socket's timeout is for reading only. */
  @Test
  void aRequestThatTheNetworkDoesNotTakeIsGivenUp() throws IOException {
    try (ServerSocket deaf = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        AwsTableClient client =
            new AwsTableClient(
                TableServer.config(WriteMode.put(), deaf.getLocalPort()),
                TableServer.CREDENTIALS,
                Duration.ofSeconds(1))) {
      Refusal refusal = refusal(client.write(List.of(put(40 << 20))));
      assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(refusal.reason()).isEqualTo("no answer within 1 s");
    }
  }
}
