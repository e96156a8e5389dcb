package io.decisionstore.dynamodb.sink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decisionstore.dynamodb.sink.client.TableClient.Answer;
import io.decisionstore.dynamodb.sink.client.TableClient.Consumed;
import io.decisionstore.dynamodb.sink.client.TableDescription.KeyPart;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Delete;
import io.decisionstore.dynamodb.sink.item.ItemWrite.NumberAddend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Put;
import io.decisionstore.dynamodb.sink.item.ItemWrite.SetAddend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Update;
import io.decisionstore.dynamodb.sink.item.KeyValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes to DynamoDB, and what is made of what comes back. */
@Timeout(60)
class AwsTableClientTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final WriteMode IF_NEWER = WriteMode.putIfNewer("version", null);

  /** Everything that JSON, or an expression, could stumble over. */
  private static final String ODD = "\"\\\n\u0000\u001f/é€😀#:a}";

  private TableServer server;
  private AwsTableClient client;

  @BeforeEach
  void serve() throws IOException {
    server = new TableServer();
    server.answer("{\"UnprocessedItems\":{}}");
    client = server.client(WriteMode.put());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static ItemKey key(String number, String text) {
    return new ItemKey(new KeyValue('N', number), new KeyValue('S', text));
  }

  private static ItemWrite put(String number) {
    byte[] item =
        "{\"k\\n\\\"ä\":{\"N\":\"%s\"},\"s\":{\"S\":\"a\"},\"v\\\\\":{\"N\":\"7\"}}"
            .formatted(number)
            .getBytes(StandardCharsets.UTF_8);
    return new Put(key(number, "a"), 7, 20, item);
  }

  private Answer written(WriteMode mode, ItemWrite... writes) {
    client.close();
    client = server.client(mode);
    return client.write(List.of(writes)).join();
  }

  private static void assertJson(JsonNode found, String expected) throws IOException {
    assertThat(found).isEqualTo(JSON.readTree(expected));
  }

  private void assertAsked(String operation, String body) throws IOException {
    assertThat(server.last().operation()).isEqualTo("DynamoDB_20120810." + operation);
    assertJson(server.last().body(), body);
  }

  @Test
  void aBatchPutsAndDeletes() throws IOException {
    Answer answer = written(WriteMode.put(), put("1"), new Delete(key("2", ODD)));
    assertThat(answer).isEqualTo(new Answer(List.of(), false, null));
    assertAsked(
        "BatchWriteItem",
        """
        {"RequestItems":{"t \\"ü\\"":[
          {"PutRequest":{"Item":{"k\\n\\"ä":{"N":"1"},"s":{"S":"a"},"v\\\\":{"N":"7"}}}},
          {"DeleteRequest":{"Key":{"k\\n\\"ä":{"N":"2"},"s":{"S":ODD}}}}]},
         "ReturnConsumedCapacity":"TOTAL"}"""
            .replace("ODD", JSON.writeValueAsString(ODD)));
  }

  @Test
  void aPutIfNewerComparesTheVersion() throws IOException {
    server.answer("{}");
    assertThat(written(IF_NEWER, put("1"))).isEqualTo(new Answer(List.of(), false, null));
    assertAsked(
        "PutItem",
        """
        {"TableName":"t \\"ü\\"",
         "Item":{"k\\n\\"ä":{"N":"1"},"s":{"S":"a"},"v\\\\":{"N":"7"}},
         "ConditionExpression":"attribute_not_exists(#version) OR #version < :version",
         "ExpressionAttributeNames":{"#version":"v\\\\"},
         "ExpressionAttributeValues":{":version":{"N":"7"}},
         "ReturnConsumedCapacity":"TOTAL"}""");
  }

  @Test
  void anUpdateSetsAndAddsSingleAttributes() throws IOException {
    server.answer("{}");
    Map<String, byte[]> set = new LinkedHashMap<>();
    set.put("plain", "{\"S\":\"x\"}".getBytes(StandardCharsets.UTF_8));
    set.put(ODD, "{\"L\":[{\"NULL\":true}]}".getBytes(StandardCharsets.UTF_8));
    Map<String, ItemWrite.Addend> add = new LinkedHashMap<>();
    add.put("count", new NumberAddend(new BigDecimal("-1.50")));
    add.put("tags", new SetAddend("SS", List.of("a\"", "b")));
    add.put("numbers", new SetAddend("NS", List.of("1", "2.5")));
    add.put("blobs", new SetAddend("BS", List.of("AA==")));
    written(WriteMode.update(null), new Update(key("1", "a"), 0, 10, set, add));
    assertAsked(
        "UpdateItem",
        """
        {"TableName":"t \\"ü\\"",
         "Key":{"k\\n\\"ä":{"N":"1"},"s":{"S":"a"}},
         "UpdateExpression":"SET #0=:0,#1=:1 ADD #2 :2,#3 :3,#4 :4,#5 :5",
         "ExpressionAttributeNames":
           {"#0":"plain","#1":ODD,"#2":"count","#3":"tags","#4":"numbers","#5":"blobs"},
         "ExpressionAttributeValues":
           {":0":{"S":"x"},":1":{"L":[{"NULL":true}]},":2":{"N":"-1.50"},
            ":3":{"SS":["a\\"","b"]},":4":{"NS":["1","2.5"]},":5":{"BS":["AA=="]}},
         "ReturnConsumedCapacity":"TOTAL"}"""
            .replace("ODD", JSON.writeValueAsString(ODD)));
  }

  @Test
  void anUpdateWithVersionsComparesThem() throws IOException {
    server.answer("{}");
    Map<String, byte[]> set = Map.of("v\\", "{\"N\":\"7\"}".getBytes(StandardCharsets.UTF_8));
    Update update = new Update(key("1", "a"), 7, 10, set, Map.of());
    written(WriteMode.update("version"), update);
    assertAsked(
        "UpdateItem",
        """
        {"TableName":"t \\"ü\\"",
         "Key":{"k\\n\\"ä":{"N":"1"},"s":{"S":"a"}},
         "UpdateExpression":"SET #0=:0",
         "ConditionExpression":"attribute_not_exists(#version) OR #version < :version",
         "ExpressionAttributeNames":{"#version":"v\\\\","#0":"v\\\\"},
         "ExpressionAttributeValues":{":version":{"N":"7"},":0":{"N":"7"}},
         "ReturnConsumedCapacity":"TOTAL"}""");
  }

  @Test
  void anUpdateOfNothingMakesTheItem() throws IOException {
    server.answer("{}");
    written(WriteMode.update(null), new Update(key("1", "a"), 0, 10, Map.of(), Map.of()));
    assertAsked(
        "UpdateItem",
        """
        {"TableName":"t \\"ü\\"","Key":{"k\\n\\"ä":{"N":"1"},"s":{"S":"a"}},
         "ReturnConsumedCapacity":"TOTAL"}""");
  }

  @Test
  void aDeleteAmongUpdatesIsADeleteItem() throws IOException {
    server.answer("{}");
    written(WriteMode.update(null), new Delete(key("1", "a")));
    assertAsked(
        "DeleteItem",
        """
        {"TableName":"t \\"ü\\"","Key":{"k\\n\\"ä":{"N":"1"},"s":{"S":"a"}},
         "ReturnConsumedCapacity":"TOTAL"}""");
  }

  @Test
  void aFailedConditionIsAStaleItemAndNoFailure() {
    server.refuse(400, "ConditionalCheckFailedException");
    assertThat(written(IF_NEWER, put("1"))).isEqualTo(new Answer(List.of(), true, null));
    server.answer(
        400,
        "{\"__type\":\"x#ConditionalCheckFailedException\",\"ConsumedCapacity\":{\"CapacityUnits\":2.0}}");
    assertThat(written(IF_NEWER, put("1")))
        .isEqualTo(new Answer(List.of(), true, new Consumed(2, Map.of())));
  }

  @Test
  void unprocessedItemsAreTheSameObjectsHoweverTheirNumbersAreWritten() {
    server.answer(
        """
        {"ConsumedCapacity":[{"TableName":"t","CapacityUnits":3.0}],
         "UnprocessedItems":{"arn:aws:dynamodb:eu-west-1:1:table/t":[
           {"PutRequest":{"Item":{"m":{"M":{"s":{"S":"no"}}},"s":{"S":"a"},"k\\n\\"ä":{"N":"2.00"}}}},
           {"DeleteRequest":{"Key":{"k\\n\\"ä":{"N":"1E+1"},"s":{"S":"\\"\\\\\\n"}}}}]}}""");
    ItemWrite second = put("2");
    ItemWrite third = new Delete(key("10", "\"\\\n"));
    Answer answer = written(WriteMode.put(), put("1"), second, third);
    assertThat(answer.unprocessed()).hasSize(2);
    assertThat(answer.unprocessed().get(0)).isSameAs(second);
    assertThat(answer.unprocessed().get(1)).isSameAs(third);
    assertThat(answer.consumed()).isEqualTo(new Consumed(3, Map.of()));
  }

  @Test
  void anUnprocessedItemThatIsNotRecognizedMakesAllOfThemUnprocessed() {
    for (String item : List.of("{\"k\":{\"N\":\"1\"}}", "{}", "{\"s\":{\"SS\":[\"a\"]}}")) {
      server.answer(
          "{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":%s}}]}}".formatted(item));
      ItemWrite[] writes = {put("1"), put("2")};
      assertThat(written(WriteMode.put(), writes).unprocessed()).containsExactly(writes);
    }
  }

  @Test
  void anAnswerThatDoesNotTellWhatIsLeftIsNoAnswer() {
    for (String body : List.of("{}", "", "<html>", "[]", "{\"UnprocessedItems\":", "null")) {
      server.answer(body);
      CompletionException failure =
          catchThrowableOfType(
              CompletionException.class, () -> client.write(List.of(put("1"))).join());
      Refusal refusal = ((WriteFailure) failure.getCause()).refusal();
      assertThat(refusal.kind()).isEqualTo(Refusal.Kind.UNAVAILABLE);
      assertThat(refusal.reason()).startsWith("the answer ");
    }
  }

  @Test
  void aBrokenAnswerIsNotShown() {
    server.answer(
        "{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"k\":{\"S\":\"private\"}<");
    Throwable failure = catchThrowable(() -> client.write(List.of(put("1"))).join());
    assertThat(failure).hasRootCauseInstanceOf(JsonProcessingException.class);
    assertThat(ExceptionUtils.stringifyException(failure)).doesNotContain("private");
  }

  @Test
  void costsAreToldByIndexOnceTheTableIsKnownToHaveSome() {
    server.answer(
        """
        {"Table":{"TableStatus":"ACTIVE","ProvisionedThroughput":{"WriteCapacityUnits":5},
          "GlobalSecondaryIndexes":[{"IndexName":"i","ProvisionedThroughput":{"WriteCapacityUnits":2}}]}}""");
    client.describe().join();
    server.answer(
        """
        {"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"t","CapacityUnits":6.0,
          "Table":{"CapacityUnits":3.0},"LocalSecondaryIndexes":{"l":{"CapacityUnits":1.0}},
          "GlobalSecondaryIndexes":{"i":{"CapacityUnits":1.5},"j":{"CapacityUnits":0.5}}}]}""");
    Answer answer = client.write(List.of(put("1"))).join();
    assertThat(server.last().body().path("ReturnConsumedCapacity").asText()).isEqualTo("INDEXES");
    assertThat(answer.consumed()).isEqualTo(new Consumed(4, Map.of("i", 1.5, "j", 0.5)));
  }

  @Test
  void aProvisionedTableIsDescribed() throws IOException {
    server.answer(
        """
        {"Table":{"TableStatus":"UPDATING",
          "KeySchema":[{"AttributeName":"s","KeyType":"RANGE"},{"AttributeName":"k","KeyType":"HASH"}],
          "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"N"},
            {"AttributeName":"s","AttributeType":"S"},{"AttributeName":"x","AttributeType":"B"}],
          "ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":50},
          "WarmThroughput":{"WriteUnitsPerSecond":400},
          "GlobalSecondaryIndexes":[
            {"IndexName":"i","ProvisionedThroughput":{"WriteCapacityUnits":20}}]}}""");
    assertThat(client.describe().join())
        .isEqualTo(
            new TableDescription(
                "UPDATING",
                List.of(new KeyPart("k", "N"), new KeyPart("s", "S")),
                true,
                50,
                400,
                Map.of("i", 20.0)));
    assertAsked("DescribeTable", "{\"TableName\":\"t \\\"ü\\\"\"}");
  }

  @Test
  void anOnDemandTableIsDescribedWithItsMaximum() {
    server.answer(
        """
        {"Table":{"TableStatus":"ACTIVE","BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},
          "ProvisionedThroughput":{"WriteCapacityUnits":0},
          "OnDemandThroughput":{"MaxReadRequestUnits":-1,"MaxWriteRequestUnits":300},
          "GlobalSecondaryIndexes":[
            {"IndexName":"i","OnDemandThroughput":{"MaxWriteRequestUnits":-1}},
            {"IndexName":"j","OnDemandThroughput":{"MaxWriteRequestUnits":100}}]}}""");
    TableDescription table = client.describe().join();
    assertThat(table.provisioned()).isFalse();
    assertThat(table.writeUnits()).isEqualTo(300);
    assertThat(table.warmWriteUnits()).isZero();
    assertThat(table.indexWriteUnits()).isEqualTo(Map.of("i", 0.0, "j", 100.0));
  }
}
