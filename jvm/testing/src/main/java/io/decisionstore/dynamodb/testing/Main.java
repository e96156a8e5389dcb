package io.decisionstore.dynamodb.testing;

import java.io.IOException;
import java.time.Clock;

/**
 * The server as a process of its own: says its port in one line, and ends when its standard input
 * does.
 */
public final class Main {
  private Main() {}

  /**
   * @param arguments the region; then, if it is not to be any that is free, the port
   */
  public static void main(String[] arguments) throws IOException {
    String region = arguments.length > 0 ? arguments[0] : "eu-west-1";
    int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
    ScriptedServer server =
        ScriptedServer.start(new ScriptedStreams(region, Clock.systemUTC()), port);
    System.out.println(server.port());
    System.out.flush();
    while (System.in.read() >= 0) {
      // What is written to it does not matter, only its end.
    }
    System.exit(0);
  }
}
