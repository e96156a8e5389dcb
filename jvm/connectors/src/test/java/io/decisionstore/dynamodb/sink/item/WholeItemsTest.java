package io.decisionstore.dynamodb.sink.item;

import static io.decisionstore.dynamodb.sink.item.SinkConfigs.field;
import static io.decisionstore.dynamodb.sink.item.SinkConfigs.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Delete;
import io.decisionstore.dynamodb.sink.item.ItemWrite.Put;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that hold an item as DynamoDB JSON. */
class WholeItemsTest {
  private static final RowRules WHOLE = new RowRules(false, "gone", "item");

  private static SinkConfig config(WriteMode mode) {
    return config(mode, WHOLE);
  }

  private static SinkConfig config(WriteMode mode, RowRules rules) {
    return SinkConfigs.of(
        mode,
        rules,
        key("id"),
        field("n", Scalar.LONG, Role.SORT_KEY),
        field("version", Scalar.LONG, Role.ATTRIBUTE),
        field("expires", Scalar.LONG, Role.TIME_TO_LIVE));
  }

  private final SinkConfig newer = config(WriteMode.putIfNewer("version", "deleted"));
  private final RowReader rows = new RowReader(newer);

  private static String item(String json) {
    return json.replace('\'', '"');
  }

  @Test
  void anItemIsWrittenAsItCameWhateverElseItHolds() throws Exception {
    String item =
        item(
            "{ 'tags': {'SS':['a','ü']}, 'id':{'S':'i\\u0041'}, 'n':{'N':'1.0e1'}, 'version':{'N':'7'}, 'm':{'M':{'x':{'L':[{'B':'AP8='},{'BOOL':true},{'NULL':true}]}}}}");
    Put put = (Put) rows.read(Row.of(item, null));
    assertThat(put.item()).asString(UTF_8).isEqualTo(item);
    assertThat(put.key()).isEqualTo(new ItemKey(new KeyValue('S', "iA"), new KeyValue('N', "10")));
    assertThat(put.version()).isEqualTo(7);
    assertThat(put.size())
        .isEqualTo(
            ("tags" + "aü?").length()
                + ("id" + "iA").length()
                + ("n".length() + 2)
                + ("version".length() + 2)
                + "m".length()
                + (3 + "x".length() + 1)
                + (3 + (2 + 1) + (1 + 1) + (1 + 1)));
  }

  @Test
  void aDeletionNeedsTheKeyOnlyOrLeavesATombstone() throws Exception {
    String item =
        item(
            "{'id':{'S':'i'},'n':{'N':'1'},'version':{'N':'7'},'expires':{'N':'1763980000'},'x':{'S':'y'}}");
    Put tombstone = (Put) rows.read(Row.of(item, true));
    assertThat(tombstone.item())
        .asString(UTF_8)
        .isEqualTo(
            item(
                "{'id':{'S':'i'},'n':{'N':'1'},'version':{'N':'7'},'expires':{'N':'1763980000'},'deleted':{'BOOL':true}}"));
    assertThat(DynamoDbJson.item(tombstone.item(), name -> false, null))
        .isEqualTo(tombstone.size());
    RowReader puts = new RowReader(config(WriteMode.put()));
    String keyOnly = item("{'id':{'S':'i'},'n':{'N':'1'}}");
    assertThat(puts.read(Row.ofKind(RowKind.DELETE, keyOnly, null))).isInstanceOf(Delete.class);
    RowRules withoutFlag = new RowRules(false, null, "item");
    RowReader deletes = new RowReader(config(WriteMode.delete(), withoutFlag));
    assertThat(deletes.read(Row.of((Object) keyOnly))).isInstanceOf(Delete.class);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = '~',
      textBlock =
          """
          {'id':                                              ~ the field item is no JSON, or has a name twice
          []                                                  ~ the field item must be an item in DynamoDB JSON: {'id':{'S':'a'}}
          {} {}                                               ~ the field item goes on after its end
          {}                                                  ~ the field id is missing, and it is part of the key
          {'id':{'S':''},'n':{'N':'1'}}                       ~ the field id is empty, and it is part of the key: DynamoDB takes no empty keys
          {'id':{'N':'1'},'n':{'N':'1'}}                      ~ the field id must be of type S, not N
          {'id':{'S':'i'},'n':{'N':'x'}}                      ~ the field item.n is no number
          {'id':{'S':'i'},'id':{'S':'j'},'n':{'N':'1'}}       ~ the field item is no JSON, or has a name twice
          {'id':'i'}                                          ~ the field item.id must be an attribute value in DynamoDB JSON: {'S':'a'}
          {'id':{'S':'i','N':'1'}}                            ~ the field item.id has more than one type
          {'x':{'X':'1'}}                                     ~ the field item.x has no type of DynamoDB's
          {'x':{'N':1}}                                       ~ the field item.x is a malformed N
          {'x':{'B':'%'}}                                     ~ the field item.x is a malformed B
          {'x':{'NULL':false}}                                ~ the field item.x is a malformed NULL
          {'x':{'SS':[]}}                                     ~ the field item.x is an empty set, and DynamoDB has none: leave it out
          {'x':{'NS':['1','1.0']}}                            ~ the field item.x is a set with an element twice
          {'x':{'M':{'y':{'L':[{'BOOL':'true'}]}}}}           ~ the field item.x.y[0] is a malformed BOOL
          {'id':{'S':'i'},'n':{'N':'1'}}                      ~ it has no version: version must be set in every row
          {'id':{'S':'i'},'n':{'N':'1'},'version':{'S':'1'}}  ~ the field version must be of type N, not S
          {'id':{'S':'i'},'n':{'N':'1'},'version':{'N':'.5'}} ~ the field version is no long, and it is the version
          """)
  void whatIsNoItemIsRefusedWithItsPlace(String json, String reason) {
    UnwritableRowException refused =
        catchThrowableOfType(
            UnwritableRowException.class, () -> rows.read(Row.of(item(json), null)));
    assertThat(refused).hasMessage(reason.contains("{") ? item(reason) : reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':{'S':'\\ud800'},'n':{'N':'1'}}",
        "{'id':{'S':'\\udc00\\ud800'},'n':{'N':'1'}}",
        "{'id':{'S':'i'},'n':{'N':'1'},'x':{'M':{'\\ud83d':{'NULL':true}}}}",
        "{'id':{'S':'i'},'n':{'N':'1'},'x':{'SS':['\ud83d']}}"
      })
  void halfACharacterIsRefusedAndNeverWrittenAsAnother(String json) {
    RowReader puts = new RowReader(config(WriteMode.put()));
    for (boolean deletes : new boolean[] {false, true}) {
      assertThatThrownBy(() -> puts.read(Row.of(item(json), deletes)))
          .isInstanceOf(UnwritableRowException.class)
          .hasMessageContaining("half a character");
    }
  }

  @Test
  void aCharacterOfTwoHalvesIsOne() throws Exception {
    String item =
        item("{'id':{'S':'\\ud83d\\ude00\ud83d\ude00'},'n':{'N':'1'},'version':{'N':'7'}}");
    Put put = (Put) rows.read(Row.of(item, null));
    assertThat(put.key().partition().text()).isEqualTo("\ud83d\ude00".repeat(2));
    assertThat(put.size()).isEqualTo("idn".length() + 8 + 2 + "version".length() + 2);
  }

  @Test
  void aRefusalNamesTheKeyWhereTheItemHasOne() {
    String item = item("{'id':{'S':'i'},'n':{'N':'1'},'x':{'N':'?'}}");
    UnwritableRowException refused =
        catchThrowableOfType(UnwritableRowException.class, () -> rows.read(Row.of(item, null)));
    assertThat(refused.key().describe(newer)).isEqualTo("id=i, n=1");
    UnwritableRowException none =
        catchThrowableOfType(
            UnwritableRowException.class, () -> rows.read(Row.of((Object) null, null)));
    assertThat(none).hasMessage("the field item must be the text of an item, not null");
    assertThat(none.key()).isNull();
  }
}
