package io.decisionstore.dynamodb.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The conditions and updates that a sink writes with, and no others. */
class ExpressionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TableSchema SCHEMA =
      TableSchema.of(List.of(new TableSchema.KeyPart("id", "S")), "v", null, List.of());

  private static JsonNode json(String single) throws Exception {
    return JSON.readTree(single.replace('\'', '"'));
  }

  private static Condition condition(String text) throws Exception {
    return Condition.parse(
        text, new Placeholders(json("{'#v':'v','#0':'v'}"), json("{':v':{'N':'5'}}")));
  }

  @ParameterizedTest
  @CsvSource({
    "attribute_not_exists(#v), true, false, false, false",
    "#v < :v, false, true, false, false",
    "attribute_not_exists(#v) OR #v < :v, true, true, false, false",
    "attribute_not_exists( #0 ) or #v<:v, true, true, false, false",
    "attribute_not_exists(v) OR v < :v, true, true, false, false",
    "attribute_not_exists(id), true, false, false, false",
  })
  void aConditionHoldsOfTheOlderAndTheAbsent(
      String text, boolean absent, boolean four, boolean five, boolean six) throws Exception {
    Condition condition = condition(text);
    assertThat(condition.holds(null)).isEqualTo(absent);
    assertThat(condition.holds(false, null, SCHEMA)).isEqualTo(absent);
    boolean[] expected = {four, five, six};
    for (int i = 0; i < 3; i++) {
      String version = String.valueOf(4 + i);
      assertThat(condition.holds(json("{'id':{'S':'a'},'v':{'N':'" + version + "'}}")))
          .isEqualTo(expected[i]);
      assertThat(condition.holds(true, new BigDecimal(version), SCHEMA)).isEqualTo(expected[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#v <= :v",
        "#v > :v",
        "attribute_exists(#v)",
        "#v < :v OR attribute_not_exists(#v)",
        "attribute_not_exists(#v) AND #v < :v",
        "attribute_not_exists(#v) #v < :v",
        "OR",
        "attribute_not_exists(#v) OR",
        "OR #v < :v",
        "a.b < :v",
        "NOT #v < :v"
      })
  void anyOtherConditionIsNotUnderstood(String text) {
    assertThatThrownBy(() -> condition(text)).hasMessageContaining("does not understand");
  }

  @Test
  void aConditionOnWhatIsNotKeptIsRefusedRatherThanGuessed() throws Exception {
    Condition condition =
        Condition.parse("a < :v", new Placeholders(json("{}"), json("{':v':{'N':'5'}}")));
    assertThatThrownBy(() -> condition.holds(true, BigDecimal.ONE, SCHEMA))
        .hasMessageContaining("stores no items");
  }

  @Test
  void placeholdersHaveToBeDefinedAndUsed() throws Exception {
    Placeholders none = new Placeholders(json("{}"), json("{}"));
    assertThatThrownBy(() -> Condition.parse("#v < :v", none)).hasMessageContaining("#v");
    assertThatThrownBy(() -> Condition.parse("v < :v", none)).hasMessageContaining(":v");
    Placeholders more = new Placeholders(json("{'#a':'a'}"), json("{':x':{'N':'1'}}"));
    assertThatThrownBy(more::allAreUsed).hasMessageContaining("keys: {#a}");
    more.name("#a");
    assertThatThrownBy(more::allAreUsed).hasMessageContaining("keys: {:x}");
  }

  private static JsonNode updated(String text, String item) throws Exception {
    Placeholders placeholders =
        new Placeholders(
            json("{'#a':'a','#set':'set'}"),
            json("{':x':{'S':'x'},':n':{'N':'0.5'},':s':{'SS':['b','c']}}"));
    ObjectNode tree = (ObjectNode) json(item);
    UpdateExpression.parse(text, placeholders, SCHEMA).apply(tree);
    return tree;
  }

  @Test
  void updatesSetAndAdd() throws Exception {
    String item = "{'id':{'S':'k'},'n':{'N':'1.5'},'s':{'SS':['a','b']}}";
    assertThat(updated("SET #a = :x, n = :n", item).toString())
        .isEqualTo(
            json("{'id':{'S':'k'},'n':{'N':'0.5'},'s':{'SS':['a','b']},'a':{'S':'x'}}").toString());
    assertThat(updated("ADD n :n, s :s SET #set=:x", item))
        .isEqualTo(json("{'id':{'S':'k'},'n':{'N':'2'},'s':{'SS':['a','b','c']},'set':{'S':'x'}}"));
    assertThat(updated("add n :n", "{'id':{'S':'k'}}"))
        .isEqualTo(json("{'id':{'S':'k'},'n':{'N':'0.5'}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SET",
        "SET n",
        "SET n = n + :n",
        "REMOVE n",
        "SET n = :n REMOVE a",
        "ADD n = :n",
        "SET n = :n,",
        "SET n.a = :n",
        "SET n = if_not_exists(n, :n)",
        "x SET n = :n"
      })
  void anyOtherUpdateIsNotUnderstood(String text) {
    assertThatThrownBy(() -> updated(text, "{'id':{'S':'k'}}"))
        .hasMessageContaining("does not understand");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET id = :x|part of the key",
        "SET n = :n, n = :x|overlap",
        "ADD n :x|Incorrect operand type",
        "ADD text :n|incorrect data type"
      })
  void whatDynamoDbWouldNotUpdateIsInvalid(String text, String message) {
    assertThatThrownBy(() -> updated(text, "{'id':{'S':'k'},'text':{'S':'t'}}"))
        .hasMessageContaining(message);
  }
}
