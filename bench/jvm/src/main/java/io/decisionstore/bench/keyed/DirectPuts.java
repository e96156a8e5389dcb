package io.decisionstore.bench.keyed;

import io.decisionstore.bench.Arguments;
import io.decisionstore.bench.Lane;
import io.decisionstore.bench.Meter;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items as the variables job writes them, with its condition, at a pace and with nothing before
 * them: what of the job's latency is the table's own.
 */
public final class DirectPuts {
  private static final int THREADS = 16;
  private static final int STEP = 7_919;

  private DirectPuts() {}

  public static void main(String[] arguments) {
    Arguments told = new Arguments(arguments);
    DynamoDbClient client =
        DynamoDbClient.builder()
            .region(Region.of(told.text("region")))
            .endpointOverride(URI.create(told.text("endpoint")))
            .build();
    Meter meter = Meter.of(told.plan());
    AtomicLong next = new AtomicLong();
    long begin = System.nanoTime();
    for (int i = 0; i < THREADS; i++) {
      Lane lane = meter.lane();
      new Thread(() -> put(client, told, next, begin, lane), "puts-" + i).start();
    }
  }

  private static void put(
      DynamoDbClient client, Arguments told, AtomicLong next, long begin, Lane lane) {
    String table = told.text("table");
    int keys = told.number("keys");
    double nanos = 1e9 / told.number("puts_per_second");
    while (true) {
      long number = next.getAndIncrement();
      long due = begin + (long) (number * nanos);
      for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
        pause(due - now);
      }
      long dueMicros = System.currentTimeMillis() * 1_000 - (System.nanoTime() - due) / 1_000;
      Map<String, AttributeValue> item = item(number * STEP % keys, number + 1);
      client.putItem(
          request ->
              request
                  .tableName(table)
                  .item(item)
                  .conditionExpression("attribute_not_exists(entity) OR version < :version")
                  .expressionAttributeValues(Map.of(":version", item.get("version"))));
      lane.record(item.size(), dueMicros);
    }
  }

  private static void pause(long nanos) {
    try {
      Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private static Map<String, AttributeValue> item(long key, long version) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("entity", AttributeValue.fromS("customer_id=customer-%08d".formatted(key)));
    item.put("use_case", AttributeValue.fromS("direct"));
    item.put("version", AttributeValue.fromN(Long.toString(version)));
    item.put("as_of", AttributeValue.fromN("1790000000000"));
    for (String name :
        new String[] {
          "decisions_30d", "declines_30d", "large_30d", "decisions_24h", "declines_24h"
        }) {
      item.put(name, AttributeValue.fromN("17"));
    }
    for (String name : new String[] {"approved_30d", "foreign_30d", "amount_24h"}) {
      item.put(name, AttributeValue.fromN("1234.56"));
    }
    item.put("last_outcome__outcome", AttributeValue.fromS("APPROVED"));
    item.put("last_outcome__event_time", AttributeValue.fromN("1790000000000"));
    item.put("last_decline", AttributeValue.fromS("merchant-00017"));
    return item;
  }
}
