package io.decisionstore.dynamodb.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a write costs the server: batches of 25 items of about 500 bytes over several connections to
 * a server of its own process. Run by hand: {@code java -cp
 * target/classes:target/test-classes:JACKSON io.decisionstore.dynamodb.testing.WriteLoad
 * CONNECTIONS SECONDS REQUESTS_PER_SECOND DELAY_MILLIS STORES_ITEMS JAR}; 0 requests a second: as
 * many as go.
 */
final class WriteLoad {
  private static final int ITEMS = 25;
  private static final int KEYS = 100_000;

  private WriteLoad() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      withoutNetwork();
      return;
    }
    int connections = Integer.parseInt(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    double perSecond = Double.parseDouble(arguments[2]);
    Process server =
        new ProcessBuilder(
                "java", "-XX:+UseParallelGC", "-Xmx1024m", "-jar", arguments[5], "eu-west-1")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader said =
          new BufferedReader(
              new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
      int port = Integer.parseInt(said.readLine());
      script(
          port,
          "create",
          "{\"table\":\"load\",\"keys\":[{\"attribute\":\"id\",\"type\":\"S\"}],\"capacity\":{\"write_units\":1000000,"
              + "\"burst_seconds\":0},\"partitions\":16,\"partition_write_units\":100000,\"indexes\":[],"
              + "\"version_attribute\":\"version\",\"created_at_attribute\":\"created_at\",\"stores_items\":"
              + arguments[4]
              + "}");
      script(port, "delay", "{\"milliseconds\":" + arguments[3] + "}");
      run(port, Math.min(connections, 4), 8, 0); // warm, as after some minutes
      run(port, connections, 2, perSecond);
      Duration before = server.toHandle().info().totalCpuDuration().orElseThrow();
      long begin = System.nanoTime();
      long requests = run(port, connections, seconds, perSecond);
      double took = (System.nanoTime() - begin) / 1e9;
      Duration cpu = server.toHandle().info().totalCpuDuration().orElseThrow().minus(before);
      System.out.printf(
          "%.0f requests/s, %.0f items/s; %.1f us of processor time a request, %.2f an item%n",
          requests / took,
          requests * ITEMS / took,
          cpu.toNanos() / 1e3 / requests,
          cpu.toNanos() / 1e3 / requests / ITEMS);
    } finally {
      server.destroy();
    }
  }

  private static long run(int port, int connections, int seconds, double perSecond)
      throws InterruptedException {
    AtomicLong requests = new AtomicLong();
    long begin = System.nanoTime();
    long until = begin + seconds * 1_000_000_000L;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      int offset = i * KEYS / connections;
      int keys = KEYS / connections / ITEMS * ITEMS;
      Thread thread =
          new Thread(
              () -> {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                  socket.setTcpNoDelay(true);
                  for (int n = 0; System.nanoTime() < until; n++) {
                    if (perSecond > 0) {
                      Pause.until(begin + (long) (n * connections / perSecond * 1e9));
                    }
                    byte[] request =
                        request("DynamoDB_20120810.BatchWriteItem", "/", body(offset, keys, n));
                    send(socket, request);
                    requests.incrementAndGet();
                  }
                } catch (IOException failed) {
                  throw new IllegalStateException(failed);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return requests.get();
  }

  /** The part that is the table's own. */
  private static void withoutNetwork() {
    ScriptedTables tables = new ScriptedTables("eu-west-1", new Faults());
    tables.create(
        "load",
        TableSchema.of(
            List.of(new TableSchema.KeyPart("id", "S")), "version", "created_at", List.of()),
        CapacityMode.provisioned(1e9, 0),
        16,
        1e8,
        List.of(),
        true);
    TablesEndpoint endpoint = new TablesEndpoint(tables, null);
    byte[][] bodies = new byte[KEYS / ITEMS][];
    for (int n = 0; n < bodies.length; n++) {
      bodies[n] = body(0, KEYS, n).getBytes(StandardCharsets.UTF_8);
    }
    Bytes out = new Bytes(1_024);
    for (int round = 0; round < 10; round++) {
      long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      for (byte[] body : bodies) {
        out.clear();
        String target = "DynamoDB_20120810.BatchWriteItem";
        endpoint.answer(new Request("/", target, body, System.nanoTime(), true), out);
      }
      long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
      System.out.printf("%.1f us a batch%n", took / 1e3 / bodies.length);
    }
  }

  private static void script(int port, String line, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      send(socket, request("", "/_control/tables/" + line, body));
    }
  }

  private static String body(int offset, int keys, int n) {
    StringBuilder body = new StringBuilder(20_000);
    body.append("{\"RequestItems\":{\"load\":[");
    long micros = System.currentTimeMillis() * 1_000;
    for (int i = 0; i < ITEMS; i++) {
      int key = offset + (n * ITEMS + i) % keys;
      body.append(i == 0 ? "" : ",").append("{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"customer-");
      body.append(key)
          .append("\"},\"version\":{\"N\":\"")
          .append(n)
          .append("\"},\"created_at\":{\"N\":\"");
      body.append(micros).append("\"}");
      for (int a = 0; a < 5; a++) {
        body.append(",\"count_").append(a).append("\":{\"N\":\"").append(n + a).append(".25\"}");
        body.append(",\"text_")
            .append(a)
            .append("\":{\"S\":\"some words of this variable, not many\"}");
      }
      body.append(",\"tags\":{\"M\":{\"a\":{\"S\":\"b\"},\"c\":{\"BOOL\":true}}}");
      body.append(",\"payload\":{\"S\":\"").append("x".repeat(120)).append("\"}}}}");
    }
    return body.append("]},\"ReturnConsumedCapacity\":\"TOTAL\"}").toString();
  }

  private static byte[] request(String target, String path, String body) {
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
            + "User-Agent: load\r\nAuthorization: AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/dynamodb\r\n"
            + "X-Amz-Date: 20260101T000000Z\r\nX-Amz-Target: "
            + target
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void send(Socket socket, byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[64 * 1024];
    int read = in.read(buffer);
    String answer = new String(buffer, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
    if (!answer.startsWith("HTTP/1.1 200")) {
      throw new IllegalStateException(answer);
    }
  }
}
