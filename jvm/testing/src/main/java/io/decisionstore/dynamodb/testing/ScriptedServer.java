package io.decisionstore.dynamodb.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@link ScriptedStreams}, and tables that are written to, over HTTP, on the loopback interface
 * only. Each connection has a thread that blocks: with pages of a megabyte that costs less than any
 * dispatching, and a delay is simply waited for.
 */
public final class ScriptedServer implements AutoCloseable {
  private static final String CONTROL = "/_control/";
  private static final int STACK_BYTES = 256 * 1024;
  private static final int PAGE_BYTES = 64 * 1024;
  private static final int MOST_IDLE_BUFFERS = 64;

  private final ServerSocket listening;
  private final Endpoint operations;
  private final Endpoint control;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedDeque<Bytes> buffers = new ConcurrentLinkedDeque<>();

  private volatile boolean closed;

  private ScriptedServer(ScriptedStreams streams, ScriptedTables tables, int port)
      throws IOException {
    this.listening = new ServerSocket(port, 1_024, InetAddress.getLoopbackAddress());
    this.operations = new TablesEndpoint(tables, new StreamsEndpoint(streams));
    this.control = new ControlEndpoint(streams, new TableCommands(tables).all());
  }

  /**
   * Starts.
   *
   * @param port to listen on; 0 for any that is free
   */
  public static ScriptedServer start(ScriptedStreams streams, int port) throws IOException {
    ScriptedTables tables = new ScriptedTables(streams.region(), streams.faults());
    ScriptedServer server = new ScriptedServer(streams, tables, port);
    server.thread("accept", server::accept).start();
    return server;
  }

  public int port() {
    return listening.getLocalPort();
  }

  /** For a client's endpoint override. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    listening.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private Thread thread(String name, Runnable work) {
    Thread thread = new Thread(null, work, "scripted dynamodb " + name, STACK_BYTES);
    thread.setDaemon(true);
    return thread;
  }

  private void accept() {
    while (!closed) {
      try {
        Socket connection = listening.accept();
        connections.add(connection);
        if (closed) {
          // One that came in while the listening socket was being closed.
          connection.close();
        }
        thread("connection", () -> serve(connection)).start();
      } catch (IOException failed) {
        if (!closed) {
          System.err.println(
              "The scripted server takes no more connections. " + failed.getMessage());
        }
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      connection.setSendBufferSize(1 << 20);
      Request.Reader requests = new Request.Reader(connection.getInputStream());
      boolean more = true;
      while (more) {
        Request request = requests.next();
        more = request != null && answer(request, connection) && request.keepAlive();
      }
    } catch (ProtocolException misunderstood) {
      System.err.println("The scripted server hung up on a client. " + misunderstood.getMessage());
    } catch (IOException hungUp) {
      // The client is gone; there is nobody to tell.
    } finally {
      connections.remove(connection);
    }
  }

  /** False when the connection is to be cut. */
  private boolean answer(Request request, Socket connection) throws IOException {
    Bytes body = buffers.pollFirst();
    body = body == null ? new Bytes(PAGE_BYTES) : body;
    body.clear();
    try {
      Endpoint endpoint = request.path().startsWith(CONTROL) ? control : operations;
      Answer answer = endpoint.answer(request, body);
      Pause.until(answer.sendAt());
      return send(answer, body, connection);
    } finally {
      if (buffers.size() < MOST_IDLE_BUFFERS) {
        buffers.addFirst(body);
      }
    }
  }

  private static boolean send(Answer answer, Bytes body, Socket connection) throws IOException {
    if (answer.fault() == FaultKind.CUT_BEFORE || answer.fault() == FaultKind.CUT_UNWRITTEN) {
      reset(connection);
      return false;
    }
    if (answer.fault() == FaultKind.GARBAGE) {
      int end = Bytes.ROOM + body.length();
      Arrays.fill(body.array(), Bytes.ROOM, end, (byte) '?');
    }
    int from = body.prepend(head(answer, body));
    int length = Bytes.ROOM + body.length() - from;
    OutputStream out = connection.getOutputStream();
    if (answer.fault() == FaultKind.CUT_IN_BODY) {
      out.write(body.array(), from, length - body.length() / 2 - 1);
      out.flush();
      // Time for the first half to be read: a reset takes away what has not been.
      Pause.until(System.nanoTime() + 20_000_000);
      reset(connection);
      return false;
    }
    out.write(body.array(), from, length);
    return true;
  }

  private static void reset(Socket connection) throws IOException {
    connection.setSoLinger(true, 0);
    connection.close();
  }

  private static byte[] head(Answer answer, Bytes body) {
    String reason =
        answer.status() == 200
            ? "OK"
            : answer.status() == 400 ? "Bad Request" : "Internal Server Error";
    String head =
        "HTTP/1.1 "
            + answer.status()
            + " "
            + reason
            + "\r\nContent-Type: "
            + answer.contentType()
            + "\r\nContent-Length: "
            + body.length()
            + "\r\nx-amz-crc32: "
            + Integer.toUnsignedLong(body.crc32())
            + "\r\nx-amzn-RequestId: "
            + requestId()
            + "\r\n\r\n";
    return head.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String requestId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
