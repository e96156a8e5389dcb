import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import com.sun.net.httpserver.HttpServer;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * DynamoDB Local whose shards roll over when told to, as AWS's do every four hours or under load: POST
 * /rollover on the control port. Its own trigger is not on its API, so it is reached by reflection.
 *
 * <p>Arguments: the port, the control port.
 */
public final class RollingDynamoDb {
  public static void main(String[] arguments) throws Exception {
    List<String> options = List.of("-inMemory", "-sharedDb", "-disableTelemetry", "-port", arguments[0]);
    DynamoDBProxyServer server =
        ServerRunner.createServerFromCommandLineArgs(options.toArray(String[]::new));
    Object handler = field(field(server, "serverHandler"), "primaryHandler");
    HttpServer control =
        HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1])), 0);
    control.createContext(
        "/rollover",
        exchange -> {
          int databases = 0;
          for (Object database : ((Map<?, ?>) field(handler, "dbRequestHandlers")).values()) {
            ((AmazonDynamoDBLocal) database).triggerShardRollovers();
            databases++;
          }
          exchange.sendResponseHeaders(databases > 0 ? 204 : 500, -1);
          exchange.close();
        });
    server.start();
    control.start();
    server.join();
  }

  private static Object field(Object of, String name) {
    for (Class<?> type = of.getClass(); type != null; type = type.getSuperclass()) {
      try {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
      } catch (NoSuchFieldException inAParent) {
        continue;
      } catch (IllegalAccessException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
    throw new IllegalStateException("DynamoDB Local has no field " + name + " any more");
  }
}
