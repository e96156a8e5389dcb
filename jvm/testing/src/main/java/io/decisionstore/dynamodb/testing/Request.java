package io.decisionstore.dynamodb.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request as it came in.
 *
 * @param target the header X-Amz-Target, or ""
 * @param arrivedAt System.nanoTime() when its last byte was read
 * @param keepAlive whether the client wants the connection for more
 */
record Request(String path, String target, byte[] body, long arrivedAt, boolean keepAlive) {
  private static final int MOST_HEAD = 64 * 1024;
  private static final int MOST_BODY = 64 * 1024 * 1024;

  /** Reads requests off one connection. */
  static final class Reader {
    private final InputStream in;
    private byte[] buffer = new byte[8 * 1024];
    private int end;

    Reader(InputStream in) {
      this.in = in;
    }

    /** The next request, or null when the client has hung up between two. */
    Request next() throws IOException {
      int head;
      while ((head = endOfHead()) < 0) {
        if (end == MOST_HEAD) {
          throw new ProtocolException("A request's head is longer than 64 KB.");
        }
        if (!fill() && end == 0) {
          return null;
        }
      }
      String[] lines = new String(buffer, 0, head, StandardCharsets.ISO_8859_1).split("\r\n");
      String[] first = lines[0].split(" ");
      if (first.length != 3) {
        throw new ProtocolException("That is no HTTP request.");
      }
      if (!header(lines, "transfer-encoding", "").isEmpty()) {
        throw new ProtocolException(
            "A request's body in chunks is not understood: send Content-Length.");
      }
      int length = Integer.parseInt(header(lines, "content-length", "0").trim());
      if (length > MOST_BODY) {
        throw new ProtocolException("A request's body is longer than 64 MB.");
      }
      int from = head + 4;
      while (end < from + length) {
        if (buffer.length < from + length) {
          buffer = Arrays.copyOf(buffer, from + length);
        }
        fill();
      }
      byte[] body = Arrays.copyOfRange(buffer, from, from + length);
      System.arraycopy(buffer, from + length, buffer, 0, end - from - length);
      end -= from + length;
      boolean keepAlive = !header(lines, "connection", "").equalsIgnoreCase("close");
      return new Request(
          first[1], header(lines, "x-amz-target", ""), body, System.nanoTime(), keepAlive);
    }

    private static String header(String[] lines, String name, String otherwise) {
      for (int i = 1; i < lines.length; i++) {
        int colon = lines[i].indexOf(':');
        if (colon == name.length() && lines[i].regionMatches(true, 0, name, 0, colon)) {
          return lines[i].substring(colon + 1).trim();
        }
      }
      return otherwise;
    }

    private int endOfHead() {
      for (int i = 0; i + 3 < end; i++) {
        if (buffer[i] == '\r'
            && buffer[i + 1] == '\n'
            && buffer[i + 2] == '\r'
            && buffer[i + 3] == '\n') {
          return i;
        }
      }
      return -1;
    }

    /** False at the end, if that is between two requests. */
    private boolean fill() throws IOException {
      if (end == buffer.length) {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
      int read = in.read(buffer, end, buffer.length - end);
      if (read < 0 && end > 0) {
        throw new EOFException("The client hung up in the middle of a request.");
      }
      end += Math.max(0, read);
      return read >= 0;
    }
  }
}
