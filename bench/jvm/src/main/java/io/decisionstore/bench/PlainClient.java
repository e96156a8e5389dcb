package io.decisionstore.bench;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * The AWS SDK alone, as fast as a few threads can call it: each reads its shards in turn, page
 * after page, and looks at the nine fields. No Flink, no checkpoints, no order between shards: the
 * practical ceiling of the SDK.
 */
public final class PlainClient {
  private PlainClient() {}

  public static void main(String[] arguments) throws InterruptedException {
    Arguments task = new Arguments(arguments);
    DynamoDbStreamsClient client =
        DynamoDbStreamsClient.builder()
            .region(Region.of(task.text("region")))
            .endpointOverride(URI.create(task.text("endpoint")))
            .build();
    List<String> shards = shards(client, task.text("stream"));
    Meter meter = Meter.of(task.plan());
    List<Thread> threads = new ArrayList<>();
    int count = task.number("threads");
    for (int i = 0; i < count; i++) {
      Deque<String> iterators = new ArrayDeque<>();
      for (int shard = i; shard < shards.size(); shard += count) {
        iterators.add(iterator(client, task.text("stream"), shards.get(shard)));
      }
      Lane lane = meter.lane();
      Thread thread = new Thread(() -> read(client, iterators, lane), "reader-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void read(DynamoDbStreamsClient client, Deque<String> iterators, Lane lane) {
    while (!iterators.isEmpty()) {
      String iterator = iterators.poll();
      GetRecordsResponse page = client.getRecords(request -> request.shardIterator(iterator));
      for (Record record : page.records()) {
        lane.record(present(record), 0);
      }
      if (page.nextShardIterator() != null) {
        iterators.add(page.nextShardIterator());
      }
    }
  }

  private static int present(Record record) {
    Map<String, AttributeValue> item = record.dynamodb().newImage();
    int present = 0;
    for (RecordFields.Field field : RecordFields.ALL) {
      AttributeValue value = item.get(field.name());
      if (value != null && valueOf(field.type(), value) != null) {
        present++;
      }
    }
    return present;
  }

  private static Object valueOf(RecordFields.Type type, AttributeValue value) {
    return switch (type) {
      case STRING -> value.s();
      case LONG -> Long.valueOf(value.n());
      case DOUBLE -> Double.valueOf(value.n());
      case BOOLEAN -> value.bool();
      case BYTES -> value.b().asByteArray();
    };
  }

  private static List<String> shards(DynamoDbStreamsClient client, String stream) {
    List<String> shards = new ArrayList<>();
    String after = null;
    do {
      String start = after;
      DescribeStreamResponse page =
          client.describeStream(request -> request.streamArn(stream).exclusiveStartShardId(start));
      page.streamDescription().shards().stream().map(Shard::shardId).forEach(shards::add);
      after = page.streamDescription().lastEvaluatedShardId();
    } while (after != null);
    return shards;
  }

  private static String iterator(DynamoDbStreamsClient client, String stream, String shard) {
    return client
        .getShardIterator(
            request ->
                request
                    .streamArn(stream)
                    .shardId(shard)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
        .shardIterator();
  }
}
