package io.decisionstore.dynamodb.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table under many writers at once, and beside a plain map. */
class WriteTableTest {
  private final AtomicLong now = new AtomicLong(1);
  private final ScriptedTables tables = new ScriptedTables("eu-west-1", new Faults(), now::get);
  private final TablesEndpoint endpoint = new TablesEndpoint(tables, null);

  private WriteTable create(CapacityMode mode, boolean storesItems) {
    TableSchema schema =
        TableSchema.of(List.of(new TableSchema.KeyPart("id", "S")), "v", null, List.of());
    return tables.create("t", schema, mode, 3, 0, List.of(), storesItems);
  }

  private Answer ask(String operation, String body, Bytes out) {
    out.clear();
    byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return endpoint.answer(
        new Request("/", "DynamoDB_20120810." + operation, bytes, System.nanoTime(), true), out);
  }

  private boolean putNewer(int key, int version, Bytes out) {
    String body =
        "{'TableName':'t','Item':{'id':{'S':'k%d'},'v':{'N':'%d'}},'ConditionExpression':"
            + "'attribute_not_exists(v) OR v < :v','ExpressionAttributeValues':{':v':{'N':'%d'}}}";
    return ask("PutItem", String.format(body, key, version, version), out).status() == 200;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofManyConditionalWritersTheNewestWinsAndEveryWriteIsCounted(boolean storesItems)
      throws InterruptedException {
    WriteTable table = create(CapacityMode.onDemand(0, 0, 0), storesItems);
    List<Thread> threads = new ArrayList<>();
    AtomicLong taken = new AtomicLong();
    int[][] newest = new int[4][10];
    for (int t = 0; t < 4; t++) {
      int seed = t;
      Thread thread =
          new Thread(
              () -> {
                Random random = new Random(seed);
                Bytes out = new Bytes(256);
                for (int i = 0; i < 2_000; i++) {
                  int key = random.nextInt(10);
                  int version = random.nextInt(1_000_000);
                  newest[seed][key] = Math.max(newest[seed][key], version);
                  taken.addAndGet(putNewer(key, version, out) ? 1 : 0);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (StoredItem item : table.all()) {
      int key = Integer.parseInt(item.key().partitionText().substring(1));
      int expected = 0;
      for (int[] of : newest) {
        expected = Math.max(expected, of[key]);
      }
      assertThat(item.version).isEqualByComparingTo(BigDecimal.valueOf(expected));
      assertThat(item.unanswered).isZero();
    }
    WriteReport report = table.traffic().report();
    assertThat(report.items()).isEqualTo(taken.get());
    assertThat(report.items() + report.conditionalFailures()).isEqualTo(8_000);
    assertThat(report.unitsSpent()).isEqualTo(8_000);
    assertThat(report.stale() + report.duplicates()).isZero();
  }

  @Test
  void underAnyScheduleOfBatchesTheTableHoldsWhatWasNotReturned() throws Exception {
    Random random = new Random(3);
    for (int run = 0; run < 50; run++) {
      ScriptedTables fresh = new ScriptedTables("eu-west-1", new Faults(), now::get);
      TablesEndpoint own = new TablesEndpoint(fresh, null);
      TableSchema schema =
          TableSchema.of(List.of(new TableSchema.KeyPart("id", "S")), "v", null, List.of());
      WriteTable table =
          fresh.create("t", schema, CapacityMode.provisioned(20, 0), 2, 15, List.of(), true);
      table.leaveUnprocessed(random.nextInt(3) * 0.2, run);
      Map<String, Integer> model = new HashMap<>();
      long accepted = 0;
      long refused = 0;
      double limit = 20;
      for (int batch = 0; batch < 30; batch++) {
        StringBuilder body = new StringBuilder("{'RequestItems':{'t':[");
        int first = random.nextInt(20);
        int size = 1 + random.nextInt(25);
        for (int i = 0; i < size; i++) {
          body.append(i == 0 ? "" : ",").append("{'PutRequest':{'Item':{'id':{'S':'k");
          body.append(first + i).append("'},'v':{'N':'").append(batch).append("'}}}}");
        }
        Bytes out = new Bytes(256);
        byte[] bytes =
            body.append("]}}").toString().replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        Answer answer =
            own.answer(
                new Request(
                    "/", "DynamoDB_20120810.BatchWriteItem", bytes, System.nanoTime(), true),
                out);
        String said = new String(out.copy(), StandardCharsets.UTF_8);
        for (int i = 0; i < size; i++) {
          boolean back = answer.status() != 200 || said.contains("\"k" + (first + i) + "\"");
          refused += back ? 1 : 0;
          accepted += back ? 0 : 1;
          if (!back) {
            model.put("k" + (first + i), batch);
          }
        }
        double pause = random.nextDouble();
        now.addAndGet((long) (pause * 1e9));
        limit += pause * 20;
      }
      Map<String, Integer> held = new HashMap<>();
      for (StoredItem item : table.all()) {
        if (item.present) {
          held.put(item.key().partitionText(), item.version.intValueExact());
        }
      }
      assertThat(held).isEqualTo(model);
      WriteReport report = table.traffic().report();
      assertThat(report.items()).isEqualTo(accepted).isLessThanOrEqualTo((long) limit);
      assertThat(report.refused() + report.refusedByShare()).isEqualTo(refused);
      assertThat(report.acceptedByPartition()[0] + report.acceptedByPartition()[1])
          .isEqualTo(accepted);
      assertThat(report.timeline().stream().mapToDouble(bin -> bin[1]).sum()).isEqualTo(accepted);
    }
  }
}
